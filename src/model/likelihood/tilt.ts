/** Width and tilt of a hill in four dimensions, from its second derivatives. */
import { STEP_COUNT } from '../steps.js';
import { clamp } from './coordinates.js';

export interface Tilt {
  /** Standard deviations with the others free, [4]. */
  readonly sigma: Float64Array;
  /** A root of the correlation matrix: R with R Rᵀ the matrix, [4, 4]. */
  readonly root: Float64Array;
  /** The inverse of the correlation matrix, [4, 4]. */
  readonly ellipsoid: Float64Array;
}

/** Standard deviations are taken between these, in half-widths of p(y | x). */
const [LEAST_SIGMA, MOST_SIGMA] = [0.4, 2.5];

/** What a parabola with these second derivatives, [4, 4], has; one that opens upwards somewhere is taken for untilted. */
export function tiltOf(second: Float64Array): Tilt {
  const precision = second.map((value) => -value);
  for (let k = 0; k < STEP_COUNT; k++) {
    const at = k * STEP_COUNT + k;
    precision[at] = clamp(precision[at], 1 / MOST_SIGMA ** 2, 1 / LEAST_SIGMA ** 2);
  }
  const sigmas = (of: (k: number) => number) => Float64Array.from({ length: STEP_COUNT }, (_, k) => of(k));
  const covariance = inverse(precision);
  const sigma = sigmas((k) => Math.sqrt(covariance?.[k * STEP_COUNT + k] ?? 0));
  const root =
    covariance &&
    choleskyRoot(
      covariance.map((value, at) => value / (sigma[Math.floor(at / STEP_COUNT)] * sigma[at % STEP_COUNT])),
    );
  if (!root)
    return {
      sigma: sigmas((k) => 1 / Math.sqrt(precision[k * STEP_COUNT + k])),
      root: diagonal(1),
      ellipsoid: diagonal(1),
    };
  return {
    sigma: sigma.map((value) => clamp(value, LEAST_SIGMA, MOST_SIGMA)),
    root,
    ellipsoid: precision.map(
      (value, at) => value * sigma[Math.floor(at / STEP_COUNT)] * sigma[at % STEP_COUNT],
    ),
  };
}

/** Lower triangular L with L Lᵀ = matrix; undefined where it is not positive definite. */
function choleskyRoot(matrix: Float64Array): Float64Array | undefined {
  const root = new Float64Array(matrix.length);
  for (let i = 0; i < STEP_COUNT; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * STEP_COUNT + j];
      for (let k = 0; k < j; k++) sum -= root[i * STEP_COUNT + k] * root[j * STEP_COUNT + k];
      if (i > j) root[i * STEP_COUNT + j] = sum / root[j * STEP_COUNT + j];
      else if (sum > 1e-3 * matrix[i * STEP_COUNT + i]) root[i * STEP_COUNT + i] = Math.sqrt(sum);
      else return undefined;
    }
  return root;
}

function inverse(matrix: Float64Array): Float64Array | undefined {
  const root = choleskyRoot(matrix);
  if (!root) return undefined;
  const result = new Float64Array(matrix.length);
  for (let column = 0; column < STEP_COUNT; column++) {
    const x = Float64Array.from({ length: STEP_COUNT }, (_, k) => (k === column ? 1 : 0));
    for (let i = 0; i < STEP_COUNT; i++) {
      for (let k = 0; k < i; k++) x[i] -= root[i * STEP_COUNT + k] * x[k];
      x[i] /= root[i * STEP_COUNT + i];
    }
    for (let i = STEP_COUNT - 1; i >= 0; i--) {
      for (let k = i + 1; k < STEP_COUNT; k++) x[i] -= root[k * STEP_COUNT + i] * x[k];
      x[i] /= root[i * STEP_COUNT + i];
    }
    for (let i = 0; i < STEP_COUNT; i++) result[i * STEP_COUNT + column] = x[i];
  }
  return result;
}

/** value times the unit matrix. */
export function diagonal(value: number): Float64Array {
  return Float64Array.from({ length: STEP_COUNT ** 2 }, (_, at) => (at % (STEP_COUNT + 1) === 0 ? value : 0));
}
