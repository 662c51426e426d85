/** The matrix operations as loops over typed arrays; sums in double precision. */
import type { Kernels, Matrix } from './kernels.js';

interface Values extends Matrix {
  readonly values: Float32Array;
}

export function plainKernels(): Kernels {
  let held = 0;
  const made = (rows: number, columns: number, values: Float32Array): Values => {
    held++;
    return { rows, columns, values };
  };
  const of = (matrix: Matrix) => (matrix as Values).values;
  /** Value by value. */
  const each = (a: Matrix, compute: (value: number, index: number) => number) =>
    made(a.rows, a.columns, of(a).map(compute));

  function matMul(a: Matrix, b: Matrix): Matrix {
    const { rows, columns: inner } = a;
    const { columns } = b;
    const [left, right] = [of(a), of(b)];
    const out = new Float32Array(rows * columns);
    const sums = new Float64Array(columns);
    for (let row = 0; row < rows; row++) {
      sums.fill(0);
      // Four rows of b at a time: a quarter of the loads and stores of the sums.
      let k = 0;
      for (; k + 4 <= inner; k += 4) {
        const at = row * inner + k;
        const [f0, f1, f2, f3] = [left[at]!, left[at + 1]!, left[at + 2]!, left[at + 3]!];
        const [b0, b1, b2, b3] = [k * columns, (k + 1) * columns, (k + 2) * columns, (k + 3) * columns];
        for (let column = 0; column < columns; column++) {
          sums[column]! +=
            f0 * right[b0 + column]! +
            f1 * right[b1 + column]! +
            f2 * right[b2 + column]! +
            f3 * right[b3 + column]!;
        }
      }
      for (; k < inner; k++) {
        const factor = left[row * inner + k]!;
        for (let column = 0; column < columns; column++)
          sums[column]! += factor * right[k * columns + column]!;
      }
      out.set(sums, row * columns);
    }
    return made(rows, columns, out);
  }

  return {
    upload: (values, rows, columns) => made(rows, columns, values),
    read: (matrix) => of(matrix).slice(),
    matMul,
    matMulLeft: (a, b) => matMul(transposed(a as Values), b),
    matMulRight: (a, b) => matMul(a, transposed(b as Values)),
    add(a, b) {
      const more = of(b);
      return each(a, (value, index) => value + more[index % more.length]!);
    },
    leaky: (z, slope) => each(z, (value) => Math.max(value, slope * value)),
    leakyTimes(v, z, slope) {
      const sign = of(z);
      return each(v, (value, index) => (sign[index]! > 0 ? value : slope * value));
    },
    columnSums(a) {
      const sums = new Float64Array(a.columns);
      for (const [index, value] of of(a).entries()) sums[index % a.columns]! += value;
      return made(1, a.columns, Float32Array.from(sums));
    },
    reshape: (a, rows, columns) => made(rows, columns, of(a)),
    release(mark = 0) {
      held = mark;
    },
    get held() {
      return held;
    },
  };
}

function transposed({ rows, columns, values }: Values): Values {
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = values[row * columns + column]!;
  }
  return { rows: columns, columns: rows, values: turned };
}
