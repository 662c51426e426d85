/**
 * Nodes and initialisers → an ONNX file. A value is known by its name; every operator adds one node and returns the
 * name of its output.
 *
 * Opset 13 and IR version 7 are what ONNX Runtime reads from 1.6 (2020) on, that of CMSSW included.
 */
import {
  ATTRIBUTE_TYPE,
  DATA_TYPE,
  encodeModel,
  type OnnxAttribute,
  type OnnxGraph,
} from '../src/model/onnx-proto.js';
import { version } from '../src/version.js';

const OPSET = 13;
const IR_VERSION = 7;

/** A named value of the graph. */
export type Value = string;
/** A size of a tensor: known, or a name for one that is known only when the graph runs. */
export type Dimension = number | string;
/** i: an integer, f: a float32, ints: a list of integers. */
export type Attributes = Readonly<
  Record<string, { i: number } | { f: number } | { ints: readonly number[] }>
>;

export class GraphBuilder {
  readonly #graph: OnnxGraph;
  readonly #used = new Set<string>();

  constructor(name: string) {
    this.#graph = { name, nodes: [], initializers: [], inputs: [], outputs: [] };
  }

  /** An input of the whole graph. */
  input(name: string, dimensions: readonly Dimension[], type: keyof typeof DATA_TYPE = 'float'): Value {
    this.#graph.inputs.push(valueInfo(name, dimensions, type));
    return this.#unique(name);
  }

  /** Makes `value`, which no node may read, an output of the whole graph, and calls it `name`. */
  output(name: string, value: Value, dimensions: readonly Dimension[]): void {
    const source = this.#graph.nodes.find(({ outputs }) => outputs[0] === value);
    if (!source) throw new Error(`no node makes ${value}`);
    source.outputs = [this.#unique(name)];
    this.#graph.outputs.push(valueInfo(name, dimensions, 'float'));
  }

  /** float32 numbers, row-major. Without a shape: one number, which broadcasts to anything. */
  floats(name: string, values: ArrayLike<number>, dims: readonly number[] = []): Value {
    return this.#constant(name, dims, 'float', Float32Array.from(values));
  }

  integers(name: string, values: readonly number[], dims: readonly number[] = [values.length]): Value {
    return this.#constant(name, dims, 'int64', BigInt64Array.from(values, BigInt));
  }

  booleans(name: string, values: readonly boolean[], dims: readonly number[] = [values.length]): Value {
    return this.#constant(name, dims, 'bool', Uint8Array.from(values, Number));
  }

  /** Adds one node with one output; `name` says what that output is. */
  node(opType: string, inputs: readonly Value[], name: string, attributes: Attributes = {}): Value {
    const output = this.#unique(name);
    this.#graph.nodes.push(node(opType, inputs, [output], attributes));
    return output;
  }

  /** Cuts `value` along an axis into pieces of the sizes given. */
  split(value: Value, axis: number, sizes: readonly number[], name: string): Value[] {
    const outputs = sizes.map((_, index) => this.#unique(`${name}${index}`));
    const inputs = [value, this.integers(`${name}_sizes`, sizes)];
    this.#graph.nodes.push(node('Split', inputs, outputs, { axis: { i: axis } }));
    return outputs;
  }

  /** The slices of `value` with these indices along an axis. */
  gather(value: Value, axis: number, indices: readonly number[], name: string): Value {
    return this.node('Gather', [value, this.integers(`${name}_index`, indices)], name, { axis: { i: axis } });
  }

  /** `count` slices of `value` from the `first` on, along an axis. */
  slice(value: Value, axis: number, first: number, count: number, name: string): Value {
    const [starts, ends, axes] = [
      ['start', first],
      ['end', first + count],
      ['axis', axis],
    ].map(([what, number]) => this.integers(`${name}_${what}`, [number as number])) as [Value, Value, Value];
    return this.node('Slice', [value, starts, ends, axes], name);
  }

  /** `value` in ascending order along an axis, which is of length `count`. */
  sorted(value: Value, axis: number, count: number, name: string): Value {
    const outputs = [this.#unique(name), this.#unique(`${name}_order`)];
    const inputs = [value, this.integers(`${name}_count`, [count])];
    this.#graph.nodes.push(node('TopK', inputs, outputs, { axis: { i: axis }, largest: { i: 0 } }));
    return outputs[0]!;
  }

  /** The file's bytes. `metadata` goes into metadata_props. */
  build(metadata: Readonly<Record<string, string>> = {}): Uint8Array {
    return encodeModel({
      irVersion: IR_VERSION,
      producerName: 'jet-iqn',
      producerVersion: version,
      opsetImport: [{ domain: '', version: OPSET }],
      graph: this.#graph,
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    });
  }

  #constant(
    hint: string,
    dims: readonly number[],
    type: keyof typeof DATA_TYPE,
    values: Float32Array | BigInt64Array | Uint8Array,
  ): Value {
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const same = this.#graph.initializers.find(
      (other) =>
        other.name.startsWith(hint) && `${other.dims}` === `${dims}` && sameBytes(other.rawData, rawData),
    );
    if (same?.dataType === DATA_TYPE[type]) return same.name;
    const name = this.#unique(hint);
    this.#graph.initializers.push({ name, dims: [...dims], dataType: DATA_TYPE[type], rawData });
    return name;
  }

  #unique(hint: string): Value {
    let name = hint;
    for (let count = 1; this.#used.has(name); count++) name = `${hint}_${count}`;
    this.#used.add(name);
    return name;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function node(opType: string, inputs: readonly Value[], outputs: Value[], attributes: Attributes) {
  return {
    name: `${opType}:${outputs[0]}`,
    opType,
    domain: '',
    inputs: [...inputs],
    outputs,
    attributes: Object.entries(attributes).map(([name, value]): OnnxAttribute => {
      if ('i' in value) return { name, type: ATTRIBUTE_TYPE.int, i: value.i, ints: [] };
      if ('f' in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.f, ints: [] };
      return { name, type: ATTRIBUTE_TYPE.ints, ints: [...value.ints] };
    }),
  };
}

function valueInfo(name: string, dimensions: readonly Dimension[], type: keyof typeof DATA_TYPE) {
  const dims = dimensions.map((size) => (typeof size === 'number' ? { value: size } : { param: size }));
  return { name, type: { tensorType: { elemType: DATA_TYPE[type], shape: { dims } } } };
}
