import { expect, test } from '@jest/globals';
import { plainKernels } from '../../../training/kernels/plain.js';

/** Small whole numbers: every sum is exact. */
const numbers = (count: number) => Float32Array.from({ length: count }, (_, index) => ((7 * index) % 11) - 5);

/** rows × columns, element by element. */
function matrix(rows: number, columns: number, at: (row: number, column: number) => number): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, index) =>
    at(Math.floor(index / columns), index % columns),
  );
}

// Inner sizes that are and are not a multiple of four.
test.each([1, 3, 4, 6, 8, 9])('products over %i numbers are those of three loops', (inner) => {
  const [rows, columns] = [5, 7];
  const [a, b] = [numbers(rows * inner), numbers(inner * columns)];
  const expected = matrix(rows, columns, (row, column) => {
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += a[row * inner + k]! * b[k * columns + column]!;
    return sum;
  });
  const kernels = plainKernels();
  const turned = (values: Float32Array, from: number, to: number) =>
    matrix(to, from, (row, column) => values[column * to + row]!);
  const [left, right] = [kernels.upload(a, rows, inner), kernels.upload(b, inner, columns)];
  expect(kernels.read(kernels.matMul(left, right))).toEqual(expected);
  const leftTurned = kernels.upload(turned(a, rows, inner), inner, rows);
  expect(kernels.read(kernels.matMulLeft(leftTurned, right))).toEqual(expected);
  const rightTurned = kernels.upload(turned(b, inner, columns), columns, inner);
  expect(kernels.read(kernels.matMulRight(left, rightTurned))).toEqual(expected);
});

test('one row is added to all, the LeakyReLU and its derivative, sums of columns', () => {
  const kernels = plainKernels();
  const z = kernels.upload(Float32Array.of(-2, 0, 4, 1, -1, 3), 2, 3);
  const row = kernels.upload(Float32Array.of(10, 20, 30), 1, 3);
  const values = (matrix: Parameters<typeof kernels.read>[0]) => [...kernels.read(matrix)];
  expect(values(kernels.add(z, row))).toEqual([8, 20, 34, 11, 19, 33]);
  expect(values(kernels.add(z, z))).toEqual([-4, 0, 8, 2, -2, 6]);
  expect(values(kernels.leaky(z, 0.5))).toEqual([-1, 0, 4, 1, -0.5, 3]);
  expect(values(kernels.leakyTimes(kernels.add(z, row), z, 0.5))).toEqual([4, 10, 34, 11, 9.5, 33]);
  expect(kernels.columnSums(z)).toMatchObject({ rows: 1, columns: 3 });
  expect(values(kernels.columnSums(z))).toEqual([-1, -1, 7]);
  expect(kernels.reshape(z, 3, 2)).toMatchObject({ rows: 3, columns: 2 });
  kernels.release();
  expect(kernels.held).toBe(0);
});
