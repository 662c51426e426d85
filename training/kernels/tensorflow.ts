/**
 * Matrix operations by TensorFlow's own kernels, each called by its name in TensorFlow's registry.
 *
 * tfjs-node's public functions go through BatchMatMul and a gradient tape, and have no LeakyReluGrad; its binding
 * runs any operation. Called directly, an operation costs 5-10 microseconds beside its arithmetic, and MatMul of two
 * matrices is oneDNN's.
 */
import type { Kernels, Matrix } from './kernels.js';

/** What of tfjs-node's native binding is used here. */
export interface TensorflowBinding {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_STRING: number;
  createTensor(shape: number[], type: number, values: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array;
  executeOp(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): { id: number }[];
}

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string;
}

class Handle implements Matrix {
  constructor(
    readonly rows: number,
    readonly columns: number,
    readonly id: number,
  ) {}
}

export function tensorflowKernels(binding: TensorflowBinding): Kernels {
  const { TF_FLOAT, TF_INT32, TF_ATTR_TYPE, TF_ATTR_BOOL, TF_ATTR_FLOAT, TF_ATTR_STRING } = binding;
  const float = { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT };
  const transposed = (a: boolean, b: boolean) => [
    float,
    { name: 'transpose_a', type: TF_ATTR_BOOL, value: a },
    { name: 'transpose_b', type: TF_ATTR_BOOL, value: b },
  ];
  const attributes = {
    plain: [float],
    matMul: transposed(false, false),
    matMulLeft: transposed(true, false),
    matMulRight: transposed(false, true),
    biasGradient: [float, { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' }],
    reshape: [float, { name: 'Tshape', type: TF_ATTR_TYPE, value: TF_INT32 }],
  };
  const leakyAttributes = new Map<number, readonly Attribute[]>();
  const shapes = new Map<string, number>();
  const live: number[] = [];

  const kept = (rows: number, columns: number, id: number): Matrix => {
    live.push(id);
    return new Handle(rows, columns, id);
  };
  const execute = (
    name: string,
    attrs: readonly Attribute[],
    inputs: readonly number[],
    rows: number,
    columns: number,
  ) => kept(rows, columns, binding.executeOp(name, attrs, inputs, 1)[0]!.id);
  const idOf = (matrix: Matrix) => (matrix as Handle).id;
  const leakyOf = (slope: number) => {
    let found = leakyAttributes.get(slope);
    if (!found) {
      found = [float, { name: 'alpha', type: TF_ATTR_FLOAT, value: slope }];
      leakyAttributes.set(slope, found);
    }
    return found;
  };
  const shapeOf = (rows: number, columns: number) => {
    const key = `${rows},${columns}`;
    let id = shapes.get(key);
    if (id === undefined) {
      id = binding.createTensor([2], TF_INT32, Int32Array.of(rows, columns));
      shapes.set(key, id);
    }
    return id;
  };

  return {
    upload: (values, rows, columns) =>
      kept(rows, columns, binding.createTensor([rows, columns], TF_FLOAT, values)),
    read: (matrix) => binding.tensorDataSync(idOf(matrix)),
    matMul: (a, b) => execute('MatMul', attributes.matMul, [idOf(a), idOf(b)], a.rows, b.columns),
    matMulLeft: (a, b) => execute('MatMul', attributes.matMulLeft, [idOf(a), idOf(b)], a.columns, b.columns),
    matMulRight: (a, b) => execute('MatMul', attributes.matMulRight, [idOf(a), idOf(b)], a.rows, b.rows),
    add: (a, b) => execute('AddV2', attributes.plain, [idOf(a), idOf(b)], a.rows, a.columns),
    leaky: (z, slope) => execute('LeakyRelu', leakyOf(slope), [idOf(z)], z.rows, z.columns),
    leakyTimes: (v, z, slope) =>
      execute('LeakyReluGrad', leakyOf(slope), [idOf(v), idOf(z)], z.rows, z.columns),
    columnSums: (a) => execute('BiasAddGrad', attributes.biasGradient, [idOf(a)], 1, a.columns),
    reshape: (a, rows, columns) =>
      execute('Reshape', attributes.reshape, [idOf(a), shapeOf(rows, columns)], rows, columns),
    release(mark = 0) {
      for (let i = mark; i < live.length; i++) binding.deleteTensor(live[i]!);
      live.length = mark;
    },
    get held() {
      return live.length;
    },
  };
}
