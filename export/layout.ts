/**
 * How many predictions lie in one tensor, and how a layer is then applied.
 *
 * Both layouts are feature-major, [B, units, S]: a layer is kernel [outputs, inputs] times [inputs, S], which a
 * convolution with a window of one point is. ONNX Runtime fuses that with bias and LeakyRelu, so that a layer's
 * result is finished while it is still in the cache.
 *
 * - Blocks: B = J jets, S samples of each. What a jet decides is [J, units, 1]; where that is a layer's bias, the
 *   layer is a convolution in J groups, one a jet, each with its own bias and a copy of the shared kernel.
 * - Rows: B = 1, S = N jets with one prediction each. What a jet decides is [1, units, N].
 * - Grids: B = J jets as in blocks, but any number of them: biases are added after the product.
 */
import type { GraphBuilder, Value } from './onnx.js';
import { joinOutputs, outputRows, type Parameter } from './trained-network.js';

/** A layer with its bias: [outputs] for all jets alike, or a value that differs between jets. */
export interface Layer {
  readonly kernel: Parameter;
  readonly bias: Value;
}

/** kernel and bias as they were trained. */
export interface Affine {
  readonly kernel: Parameter;
  readonly bias: Parameter;
}

/** W is 1 in blocks and grids, S = N in rows: the width of what a jet decides. */
export interface Layout {
  /** One row a jet, [jets, columns] → [B, columns, W]. */
  columns(g: GraphBuilder, rows: Value, name: string): Value;
  /** [B, count, S] → the first `wanted` of its units, each [B, 1, S]. */
  units(g: GraphBuilder, value: Value, count: number, name: string, wanted?: number): Value[];
  /** Layers on what a jet decides, all reading h [B, inputs, W]; LeakyRelu after them where a slope is given. */
  ofJets(g: GraphBuilder, h: Value, layers: readonly Affine[], name: string, slope?: number): Value[];
  /** LeakyRelu(kernel h + bias) one after another, h [B, inputs, S], each bias [B, outputs, W]. */
  withBiasesOfJets(g: GraphBuilder, h: Value, layers: readonly Layer[], slope: number): Value;
}

/** kernel h + bias, h [B, inputs, S] → [B, outputs, S]; the bias is of length outputs or left out. */
export function dense(
  g: GraphBuilder,
  h: Value,
  kernel: Parameter,
  bias: Value | undefined,
  name: string,
): Value {
  const [inputs, outputs] = kernel.shape as [number, number];
  const weights = g.floats(kernel.name, outputRows(kernel), [outputs, inputs, 1]);
  // What ONNX has for pads that are not given, ROOT's SOFIE has not: it pads by one.
  const window = { kernel_shape: { ints: [1] }, pads: { ints: [0, 0] } };
  return g.node('Conv', bias === undefined ? [h, weights] : [h, weights, bias], name, window);
}

export function leaky(g: GraphBuilder, z: Value, slope: number, name: string): Value {
  return g.node('LeakyRelu', [z], name, { alpha: { f: slope } });
}

/** Values above each other as units of one tensor [B, units, S]. */
export function stack(g: GraphBuilder, values: readonly Value[], name: string): Value {
  return values.length === 1 ? values[0]! : g.node('Concat', values, name, { axis: { i: 1 } });
}

/** N jets with one prediction each. */
export const rowLayout: Layout = {
  columns(g, rows, name) {
    const columns = g.node('Transpose', [rows], `${name}_columns`, { perm: { ints: [1, 0] } });
    return g.node('Unsqueeze', [columns, g.integers('first_axis', [0])], name);
  },
  // Not by Split or Gather, of which ROOT's SOFIE makes no code up to 6.36.
  units(g, value, count, name, wanted = count) {
    return Array.from({ length: wanted }, (_, unit) => g.slice(value, 1, unit, 1, `${name}${unit}`));
  },
  ofJets(g, h, layers, name, slope) {
    return layers.map(({ kernel, bias }, layer) => {
      // ROOT's SOFIE up to 6.36 takes one convolution of each tensor; for ONNX Runtime a Reshape copies nothing.
      const units = kernel.shape[0]!;
      const own =
        layer === 0 ? h : g.node('Reshape', [h, g.integers(`units${units}`, [1, units, -1])], `${h}_again`);
      const z = dense(g, own, kernel, g.floats(bias.name, bias.values, bias.shape), name);
      return slope === undefined ? z : leaky(g, z, slope, `${name}_h`);
    });
  },
  withBiasesOfJets(g, h, layers, slope) {
    for (const { kernel, bias } of layers) {
      // Not Add, which ROOT's SOFIE takes after Conv for the bias of all jets.
      const z = g.node('Sum', [dense(g, h, kernel, undefined, 'product'), bias], 'z');
      h = leaky(g, z, slope, 'h');
    }
    return h;
  },
};

/** Many predictions for each of `jets` jets. */
export function blockLayout(jets: number): Layout {
  const widen = (g: GraphBuilder, rows: Value, name: string) =>
    g.node('Unsqueeze', [rows, g.integers('last_axis', [2])], name);
  return {
    columns: widen,
    units: (g, value, count, name) => g.split(value, 1, Array<number>(count).fill(1), name),
    ofJets(g, h, layers, name, slope) {
      const [only] = layers.length === 1 ? layers : [];
      const kernel = joinOutputs(...layers.map((layer) => layer.kernel));
      const bias = joinOutputs(...layers.map((layer) => asRow(layer.bias)));
      const rows = g.node('Squeeze', [h, g.integers('last_axis', [2])], `${name}_rows`);
      const parameters = [
        g.floats(only?.kernel.name ?? `${name}.weight`, kernel.values, kernel.shape),
        g.floats(only?.bias.name ?? `${name}.bias`, bias.values, [bias.values.length]),
      ];
      let z = g.node('Gemm', [rows, ...parameters], `${name}_z`);
      if (slope !== undefined) z = leaky(g, z, slope, `${name}_h`);
      const wide = widen(g, z, name);
      const sizes = layers.map((layer) => layer.kernel.shape[1]!);
      return sizes.length === 1 ? [wide] : g.split(wide, 1, sizes, `${name}_part`);
    },
    withBiasesOfJets(g, h, layers, slope) {
      const inputs = layers[0]!.kernel.shape[0]!;
      h = g.node('Reshape', [h, g.integers(`grouped${inputs}`, [1, jets * inputs, -1])], 'grouped');
      for (const { kernel, bias } of layers) {
        const [width, outputs] = kernel.shape as [number, number];
        const copies = repeated(outputRows(kernel), jets);
        const weights = g.floats(`${kernel.name}.of_jets`, copies, [jets * outputs, width, 1]);
        const biases = g.node('Reshape', [bias, g.integers('flat', [-1])], 'bias_of_jets');
        h = leaky(g, g.node('Conv', [h, weights, biases], 'z', { group: { i: jets } }), slope, 'h');
      }
      const outputs = layers.at(-1)!.kernel.shape[1]!;
      return g.node('Reshape', [h, g.integers(`ungrouped${outputs}`, [jets, outputs, -1])], 'ungrouped');
    },
  };
}

/** Many predictions for each of any number of jets. */
export const gridLayout: Layout = { ...blockLayout(1), withBiasesOfJets: rowLayout.withBiasesOfJets };

function asRow({ name, values }: Parameter): Parameter {
  return { name, shape: [1, values.length], values };
}

function repeated(values: Float32Array, times: number): Float32Array {
  const all = new Float32Array(values.length * times);
  for (let copy = 0; copy < times; copy++) all.set(values, copy * values.length);
  return all;
}
