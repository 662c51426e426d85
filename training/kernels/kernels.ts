/**
 * The few matrix operations that training is made of, and who does them: TensorFlow's C++ kernels or plain
 * loops. The backward pass is written by hand in these, so that nothing is recorded and nothing is computed
 * that the loss does not need.
 */

/** A matrix that a backend holds; row-major, float32. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
}

export interface Kernels {
  /**
   * A matrix with the values given. They may be shared, not copied: leave them as they are until {@link release}.
   *
   * @param values [rows, columns] row-major.
   */
  upload(values: Float32Array, rows: number, columns: number): Matrix;
  /** A copy of a matrix's values, row-major. */
  read(matrix: Matrix): Float32Array;
  /** a b */
  matMul(a: Matrix, b: Matrix): Matrix;
  /** aᵀ b */
  matMulLeft(a: Matrix, b: Matrix): Matrix;
  /** a bᵀ */
  matMulRight(a: Matrix, b: Matrix): Matrix;
  /** a + b, where b has the shape of a or is one row that is added to all. */
  add(a: Matrix, b: Matrix): Matrix;
  /** max(z, slope z): the LeakyReLU. */
  leaky(z: Matrix, slope: number): Matrix;
  /** v where z > 0, else slope v: derivative of the LeakyReLU at z, times v. */
  leakyTimes(v: Matrix, z: Matrix, slope: number): Matrix;
  /** Sum of all rows, [1, columns]. */
  columnSums(a: Matrix): Matrix;
  /** The same values in row-major order, in another shape. */
  reshape(a: Matrix, rows: number, columns: number): Matrix;
  /** Frees every matrix made since `held` was `mark`; default: all. */
  release(mark?: number): void;
  /** Matrices held at this moment. */
  readonly held: number;
}
