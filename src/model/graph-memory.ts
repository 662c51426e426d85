/**
 * How much memory a run of a graph can take, from the shapes of all that its nodes make: a few MB of allowed operators
 * can ask for tensors of any size.
 */
import { LARGEST_RUN } from './graph-contract.js';
import { DATA_TYPE, type OnnxGraph, type OnnxNode } from './onnx-proto.js';

/** Bytes of one number, by {@link DATA_TYPE}. */
export const BYTES_OF_TYPE: Readonly<Record<number, number>> = {
  [DATA_TYPE.float]: 4,
  [DATA_TYPE.int64]: 8,
  [DATA_TYPE.bool]: 1,
};
/**
 * Of all tensors of a run together, though ONNX Runtime frees most before its end: ten times what the largest networks
 * make that anybody has trained.
 */
const MOST_BYTES = 2 ** 31;
const MOST_AXES = 8;

type Shape = readonly number[];
interface Value {
  readonly shape: Shape;
  /** DATA_TYPE of its numbers. */
  readonly type: number;
  /** The numbers, where they are int64 and stand in the file: shapes may depend on these and on no others. */
  readonly integers?: readonly number[];
}

/**
 * Follows the shapes through a graph whose operators and weights are already checked, in the largest run that there is.
 *
 * @throws Error where a run makes more than 2 GiB, or a shape cannot be told from the file.
 */
export function checkMemory({ initializers, inputs, nodes }: OnnxGraph): void {
  const values = new Map<string, Value>();
  for (const { name, dims, dataType: type, rawData } of initializers)
    values.set(name, { shape: dims, type, ...(type === DATA_TYPE.int64 && { integers: int64s(rawData) }) });
  for (const { name, type } of inputs) {
    const { elemType, shape } = type.tensorType;
    const sizes = shape.dims.map(
      ({ value, param }) => value ?? LARGEST_RUN[param as keyof typeof LARGEST_RUN],
    );
    values.set(name, { shape: sizes, type: elemType });
  }
  let bytes = 0;
  for (const node of nodes) {
    const reads = new Reads(node, values);
    const shapes = OPERATORS[node.opType]!(reads);
    const type = typeMade(reads);
    node.outputs.forEach((name, index) => {
      const shape = shapes[index];
      if (
        !shape ||
        shape.length > MOST_AXES ||
        !shape.every((size) => Number.isSafeInteger(size) && size >= 0)
      )
        reads.unfit();
      bytes += product(shape!) * (BYTES_OF_TYPE[type] ?? 8);
      values.set(name, { shape: shape!, type });
    });
    if (bytes > MOST_BYTES)
      throw new Error('makes more than 2 GiB of numbers in one run, which no bundle needs');
  }
}

/** One node and what it reads. */
class Reads {
  constructor(
    readonly node: OnnxNode,
    private readonly values: ReadonlyMap<string, Value>,
  ) {}

  get shapes(): Shape[] {
    return this.node.inputs.map((_, index) => this.shape(index));
  }

  shape(index: number): Shape {
    return this.#value(index).shape;
  }

  type(index: number): number {
    return this.#value(index).type;
  }

  /** Of an input that must stand in the file. */
  integers(index: number): readonly number[] {
    return this.#value(index).integers ?? this.unfit();
  }

  attribute(name: string): OnnxNode['attributes'][number] | undefined {
    return this.node.attributes.find((attribute) => attribute.name === name);
  }

  /** The attribute "axis", counted from the front. */
  axis(rank: number, otherwise = 0): number {
    return this.fromFront(this.attribute('axis')?.i ?? otherwise, rank);
  }

  /** The axes that the second input lists, counted from the front. */
  axes(rank: number): number[] {
    return this.integers(1).map((axis) => this.fromFront(axis, rank));
  }

  private fromFront(axis: number, rank: number): number {
    const front = axis < 0 ? axis + rank : axis;
    return front >= 0 && front < rank ? front : this.unfit();
  }

  /** Only what the exporter writes is followed here. */
  only(inputs: number, ...attributes: string[]): void {
    if (this.node.inputs.length > inputs) this.unfit();
    if (this.node.attributes.some(({ name }) => !attributes.includes(name))) this.unfit();
  }

  unfit(): never {
    throw new Error(`has a node ${this.node.opType} whose shape cannot be told from the file`);
  }

  #value(index: number): Value {
    return this.values.get(this.node.inputs[index] ?? '') ?? this.unfit();
  }
}

function typeMade(reads: Reads): number {
  const { opType } = reads.node;
  if (opType === 'Cast') return reads.attribute('to')?.i ?? reads.unfit();
  if (opType === 'Equal' || opType === 'Greater' || opType === 'Less') return DATA_TYPE.bool;
  return reads.type(opType === 'Where' ? 1 : 0);
}

type Shapes = (reads: Reads) => readonly Shape[];

const product = (shape: Shape) => shape.reduce((numbers, size) => numbers * size, 1);

const unchanged: Shapes = (reads) => [reads.shape(0)];

/** Element by element; what is shorter is repeated. */
const broadcast: Shapes = ({ shapes }) => {
  const rank = Math.max(...shapes.map(({ length }) => length));
  const longest = (axis: number) =>
    Math.max(...shapes.map((shape) => shape[axis - rank + shape.length] ?? 1));
  return [Array.from({ length: rank }, (_, axis) => longest(axis))];
};

const each = (names: string, shapes: Shapes) =>
  Object.fromEntries(names.split(' ').map((name) => [name, shapes]));

/** The operators that a bundle may have, ONNX's own, and the shapes of what each makes: https://onnx.ai/onnx/operators. */
export const OPERATORS: Readonly<Record<string, Shapes>> = {
  ...each('Cast Ceil Clip Cos Exp Identity LeakyRelu Log Sin', unchanged),
  ...each('Add Div Equal Greater Less Max Min Mul Sub Sum Where', broadcast),
  Concat(reads) {
    const [first, ...rest] = reads.shapes;
    const axis = reads.axis(reads.shape(0).length);
    const length = rest.reduce((sum, shape) => sum + (shape[axis] ?? reads.unfit()), first![axis]!);
    return [first!.with(axis, length)];
  },
  Conv(reads) {
    reads.only(3, 'group', 'kernel_shape', 'pads');
    const [batch, , points] = reads.shape(0);
    const [outputs, , window] = reads.shape(1);
    const padded = reads.attribute('pads')?.ints.some((pad) => pad !== 0);
    return window === 1 && !padded ? [[batch!, outputs!, points!]] : reads.unfit();
  },
  Gather(reads) {
    const shape = reads.shape(0);
    return [shape.toSpliced(reads.axis(shape.length), 1, ...reads.shape(1))];
  },
  GatherElements: (reads) => [reads.shape(1)],
  Gemm(reads) {
    reads.only(3);
    return [[reads.shape(0)[0]!, reads.shape(1)[1]!]];
  },
  Pad(reads) {
    reads.only(3);
    const shape = reads.shape(0);
    const pads = reads.integers(1);
    return [shape.map((size, axis) => size + pads[axis]! + pads[shape.length + axis]!)];
  },
  ReduceSum(reads) {
    reads.only(2, 'keepdims');
    const axes = reads.axes(reads.shape(0).length);
    const kept = reads.attribute('keepdims')?.i !== 0;
    return [reads.shape(0).flatMap((size, axis) => (!axes.includes(axis) ? size : kept ? 1 : []))];
  },
  Reshape(reads) {
    reads.only(2);
    const from = reads.shape(0);
    const shape = reads.integers(1).map((size, axis) => (size === 0 ? from[axis]! : size));
    const known = product(shape.filter((size) => size !== -1));
    return [shape.map((size) => (size === -1 ? product(from) / known : size))];
  },
  Slice(reads) {
    reads.only(4);
    const shape = reads.shape(0);
    const [[first], [end], [axis]] = [1, 2, 3].map((input) => reads.integers(input)) as [
      [number],
      [number],
      [number],
    ];
    if (!(0 <= first && first <= end && end <= (shape[axis] ?? 0))) reads.unfit();
    return [shape.with(axis, end - first)];
  },
  Split(reads) {
    reads.only(2, 'axis');
    const shape = reads.shape(0);
    return reads.integers(1).map((size) => shape.with(reads.axis(shape.length), size));
  },
  Squeeze(reads) {
    const axes = reads.axes(reads.shape(0).length);
    return [reads.shape(0).filter((_, axis) => !axes.includes(axis))];
  },
  TopK(reads) {
    reads.only(2, 'axis', 'largest');
    const shape = reads.shape(0);
    const kept = shape.with(reads.axis(shape.length), reads.integers(1)[0] ?? reads.unfit());
    return [kept, kept];
  },
  Transpose(reads) {
    const shape = reads.shape(0);
    const order = reads.attribute('perm')?.ints ?? shape.map((_, axis) => shape.length - 1 - axis);
    return [order.map((axis) => shape[axis]!)];
  },
  Unsqueeze(reads) {
    const shape = [...reads.shape(0)];
    const axes = reads.axes(shape.length + reads.integers(1).length);
    for (const axis of [...axes].sort((a, b) => a - b)) shape.splice(axis, 0, 1);
    return [shape];
  },
};

function int64s({ buffer, byteOffset, byteLength }: Uint8Array): number[] {
  const view = new DataView(buffer, byteOffset, byteLength);
  return Array.from({ length: byteLength / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true)));
}
