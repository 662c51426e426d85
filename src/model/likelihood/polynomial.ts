/**
 * A polynomial of four variables through scattered values, by weighted least squares.
 *
 * It smooths: the slope of a LeakyReLU network jumps at its corners, so that its log density jumps by 0.1 or so from
 * place to place, and whatever is read off single values (a maximum, a curvature) is read off the jumps.
 */

/** Variables. */
const DIMENSIONS = 4;

/** The powers of the four variables in one term, each 4 at most. */
export type Exponents = readonly number[];

/** All terms up to a degree: 15 of the second, 35 of the third. */
export function termsUpTo(degree: number): Exponents[] {
  const terms: Exponents[] = [];
  const extend = (exponents: number[], left: number) => {
    if (exponents.length === DIMENSIONS) terms.push(exponents);
    else for (let power = 0; power <= left; power++) extend([...exponents, power], left - power);
  };
  extend([], degree);
  return terms;
}

/** The pure fourth powers: what tells a peaked top from a round one. */
export const FOURTH_POWERS: readonly Exponents[] = [0, 1, 2, 3].map((i) =>
  Array.from({ length: DIMENSIONS }, (_, j) => (i === j ? 4 : 0)),
);

export interface Polynomial {
  readonly terms: readonly Exponents[];
  readonly coefficients: Float64Array;
}

/** Value, gradient [4] and second derivatives [4, 4] at a place. */
export interface Derivatives {
  value: number;
  readonly gradient: Float64Array;
  readonly second: Float64Array;
}

export function derivativesAt({ terms, coefficients }: Polynomial, z: ArrayLike<number>): Derivatives {
  const gradient = new Float64Array(DIMENSIONS);
  const second = new Float64Array(DIMENSIONS ** 2);
  let value = 0;
  fillPowers(z);
  for (let t = 0; t < coefficients.length; t++) {
    const [a, b, c, d] = terms[t];
    const coefficient = coefficients[t];
    value += coefficient * powers[a] * powers[5 + b] * powers[10 + c] * powers[15 + d];
    for (let i = 0; i < DIMENSIONS; i++) {
      const once = terms[t][i];
      if (once === 0) continue;
      gradient[i] += coefficient * once * without(terms[t], i, -1);
      for (let j = 0; j <= i; j++) {
        const twice = terms[t][j] - (i === j ? 1 : 0);
        if (twice > 0) second[i * DIMENSIONS + j] += coefficient * once * twice * without(terms[t], i, j);
      }
    }
  }
  for (let i = 0; i < DIMENSIONS; i++)
    for (let j = 0; j < i; j++) second[j * DIMENSIONS + i] = second[i * DIMENSIONS + j];
  return { value, gradient, second };
}

/** z_k to the power p at 5 k + p, filled for each place: nothing is allocated. */
const powers = new Float64Array(5 * DIMENSIONS);

function fillPowers(z: ArrayLike<number>, at = 0): void {
  for (let k = 0; k < DIMENSIONS; k++) {
    powers[5 * k] = 1;
    for (let p = 1; p < 5; p++) powers[5 * k + p] = powers[5 * k + p - 1] * z[at + k];
  }
}

/** The product of the term's powers with one of the variables `i` and `j` less of each; -1: of none. */
function without(exponents: Exponents, i: number, j: number): number {
  let product = 1;
  for (let k = 0; k < DIMENSIONS; k++)
    product *= powers[5 * k + exponents[k] - (k === i ? 1 : 0) - (k === j ? 1 : 0)];
  return product;
}

/**
 * The weighted least-squares fit; undefined where the places do not determine it.
 *
 * @param z [n, 4], of order one. @param values and weights [n].
 */
export function fitPolynomial(
  terms: readonly Exponents[],
  z: Float64Array,
  values: ArrayLike<number>,
  weights: ArrayLike<number>,
): Polynomial | undefined {
  const size = terms.length;
  const normal = new Float64Array(size * size);
  const right = new Float64Array(size);
  const features = new Float64Array(size);
  for (let n = 0; n < values.length; n++) {
    fillPowers(z, n * DIMENSIONS);
    for (let t = 0; t < size; t++) features[t] = without(terms[t], -1, -1);
    for (let t = 0; t < size; t++) {
      const weighted = weights[n] * features[t];
      right[t] += weighted * values[n];
      for (let u = 0; u <= t; u++) normal[t * size + u] += weighted * features[u];
    }
  }
  return solvePositive(normal, right) ? { terms, coefficients: right } : undefined;
}

/** Cholesky's: the solution in place of `right`; false where the matrix (its lower half) is not positive definite. */
function solvePositive(matrix: Float64Array, right: Float64Array): boolean {
  const size = right.length;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j];
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k] * matrix[j * size + k];
      if (i > j) matrix[i * size + j] = sum / matrix[j * size + j];
      else if (sum > SINGULAR * matrix[i * size + i]) matrix[i * size + i] = Math.sqrt(sum);
      else return false;
    }
  }
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) right[i] -= matrix[i * size + k] * right[k];
    right[i] /= matrix[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) right[i] -= matrix[k * size + i] * right[k];
    right[i] /= matrix[i * size + i];
  }
  return true;
}

/** What is left of a diagonal element, relatively, where rounding is all there is. */
const SINGULAR = 1e-10;
