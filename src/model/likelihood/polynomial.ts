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

export function emptyDerivatives(): Derivatives {
  return {
    value: 0,
    gradient: new Float64Array(DIMENSIONS),
    second: new Float64Array(DIMENSIONS ** 2),
  };
}

/** @param into overwritten and returned: a new one costs as much as the polynomial. */
export function derivativesAt(
  { terms, coefficients }: Polynomial,
  z: ArrayLike<number>,
  into = emptyDerivatives(),
): Derivatives {
  const { values, gradients, seconds } = contributionsOf(terms);
  const { gradient, second } = into;
  gradient.fill(0);
  second.fill(0);
  fillPowers(z);
  into.value = 0;
  for (let t = 0; t < coefficients.length; t++) into.value += coefficients[t] * product(values, 4 * t);
  for (let n = 0; n < gradients.length; n += WIDTH)
    gradient[gradients[n + 4]] += coefficients[gradients[n + 5]] * gradients[n + 6] * product(gradients, n);
  for (let n = 0; n < seconds.length; n += WIDTH)
    second[seconds[n + 4]] += coefficients[seconds[n + 5]] * seconds[n + 6] * product(seconds, n);
  for (let i = 0; i < DIMENSIONS; i++)
    for (let j = 0; j < i; j++) second[j * DIMENSIONS + i] = second[i * DIMENSIONS + j];
  return into;
}

/** The polynomial's value alone. */
export function valueAt({ terms, coefficients }: Polynomial, z: ArrayLike<number>): number {
  const { values } = contributionsOf(terms);
  fillPowers(z);
  let value = 0;
  for (let t = 0; t < coefficients.length; t++) value += coefficients[t] * product(values, 4 * t);
  return value;
}

/** What each term gives to what: four places in {@link powers} whose product it is, then target, term and factor. */
interface Contributions {
  /** [terms, 4]: the places alone. */
  readonly values: Uint8Array;
  /** [n, {@link WIDTH}]; of second derivatives the lower half. */
  readonly gradients: Uint8Array;
  readonly seconds: Uint8Array;
}
const WIDTH = 7;
const known = new WeakMap<readonly Exponents[], Contributions>();

function contributionsOf(terms: readonly Exponents[]): Contributions {
  const found = known.get(terms);
  if (found) return found;
  const [gradients, seconds]: [number[], number[]] = [[], []];
  const less = (exponents: Exponents, k: number) => exponents.map((power, j) => power - (j === k ? 1 : 0));
  terms.forEach((term, t) => {
    for (let i = 0; i < DIMENSIONS; i++) {
      if (term[i] === 0) continue;
      const once = less(term, i);
      gradients.push(...placesOf(once), i, t, term[i]);
      for (let j = 0; j <= i; j++)
        if (once[j] > 0) seconds.push(...placesOf(less(once, j)), i * DIMENSIONS + j, t, term[i] * once[j]);
    }
  });
  const made = {
    values: Uint8Array.from(terms.flatMap(placesOf)),
    gradients: Uint8Array.from(gradients),
    seconds: Uint8Array.from(seconds),
  };
  known.set(terms, made);
  return made;
}

function placesOf(exponents: Exponents): number[] {
  return exponents.map((power, k) => 5 * k + power);
}

/** z_k to the power p at 5 k + p, filled for each place: nothing is allocated. */
const powers = new Float64Array(5 * DIMENSIONS);

function fillPowers(z: ArrayLike<number>, at = 0): void {
  for (let k = 0; k < DIMENSIONS; k++) {
    powers[5 * k] = 1;
    for (let p = 1; p < 5; p++) powers[5 * k + p] = powers[5 * k + p - 1] * z[at + k];
  }
}

function product(places: Uint8Array, at: number): number {
  return powers[places[at]] * powers[places[at + 1]] * powers[places[at + 2]] * powers[places[at + 3]];
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
  const places = contributionsOf(terms).values;
  const normal = new Float64Array(size * size);
  const right = new Float64Array(size);
  const features = new Float64Array(size);
  for (let n = 0; n < values.length; n++) {
    fillPowers(z, n * DIMENSIONS);
    for (let t = 0; t < size; t++) features[t] = product(places, 4 * t);
    for (let t = 0; t < size; t++) {
      const weighted = weights[n] * features[t];
      right[t] += weighted * values[n];
      const row = t * size;
      for (let u = 0; u <= t; u++) normal[row + u] += weighted * features[u];
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
