/**
 * log p(y | x) as a function of the input jet x, at many places at once: the likelihood of x, given the observed y.
 *
 *     log p(y | x) = - sum over k of log df_k/dtau at the tau_k where f_k(x, y_1 … y_k-1, tau_k) = y_k
 *
 * Kronheim, Kuchera, Prosper, Ramanujan, eq. 1 and 2. Each tau is found by Newton's method in t = logit tau, in which
 * quantile functions are nearly straight, from where the caller has found it at a place nearby: two evaluations or so
 * where the search of solve-tau.ts needs fifteen. It sees no crossing of quantiles: a slope that is not positive on the
 * way counts as "the model gives no such jet".
 */
import { type JetQuantiles, type Quantiles, quantilesOf } from '../conditional/conditional.js';
import { continuous } from '../conditional/given-conditional.js';
import { KNOWN_COUNT, STEP_COUNT } from '../steps.js';

/** logit of 1 - 2^-24, the largest tau that sampling draws. */
const LARGEST_LOGIT = Math.log(2 ** 24 - 1);
/** A last step in t so small moves log df/dt by a few hundredths: less than the corners of a leaky network do. */
const CLOSE = 0.1;
/** The longest step in t: tails are straight only piece by piece. */
const LONGEST_STEP = 3;
const MOST_STEPS = 12;

/** Places asked at a time: what they decide, 120 KB, stays in a core's cache and is had without asking the system. */
const CHUNK = 100;

/**
 * @param x [n, conditional.inputs] row-major, physical units: the places.
 * @param y [n, 4] row-major, physical units: the observed jet of each place.
 * @param logit [n, 4], in: where to start; out: logit tau of y, where it was found.
 * @returns log p(y | x), [n]; -Infinity where the model gives no such jet.
 */
export async function logLikelihood(
  conditional: Quantiles,
  x: Float32Array,
  y: Float32Array,
  logit: Float64Array,
): Promise<Float64Array> {
  const { inputs } = conditional;
  const places = y.length / STEP_COUNT;
  const total = new Float64Array(places);
  for (let first = 0; first < places; first += CHUNK) {
    const end = Math.min(places, first + CHUNK);
    const part = <T extends Float32Array | Float64Array>(of: T, width: number) =>
      of.subarray(first * width, end * width) as T;
    await chunkOf(conditional, part(x, inputs), part(y, STEP_COUNT), part(logit, STEP_COUNT), part(total, 1));
  }
  return total;
}

/** @param total written to: zeros before. */
async function chunkOf(
  conditional: Quantiles,
  x: Float32Array,
  y: Float32Array,
  logit: Float64Array,
  total: Float64Array,
): Promise<void> {
  const { inputs } = conditional;
  const quantiles = await quantilesOf(conditional, x);
  let rows = Uint32Array.from({ length: y.length }, (_, row) => row);
  for (let turn = 0; turn < MOST_STEPS && rows.length > 0; turn++) {
    const { value, slope, tau } = await evaluate(quantiles, y, logit, rows);
    let left = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      const place = Math.floor(row / STEP_COUNT);
      // One step without an answer decides the place: the others need not go on.
      if (total[place] === Number.NEGATIVE_INFINITY) continue;
      const step = row % STEP_COUNT;
      const perLogit = slope[i] * tau[i] * (1 - tau[i]);
      const distance = continuous(step, y[row], x[place * inputs + step]) - value[i];
      const move = distance / perLogit;
      if (!(perLogit > 0) || !Number.isFinite(move) || isBeyond(logit[row], move)) {
        total[place] = Number.NEGATIVE_INFINITY;
        continue;
      }
      logit[row] += Math.min(LONGEST_STEP, Math.max(-LONGEST_STEP, move));
      if (Math.abs(move) <= CLOSE) total[place] -= Math.log(perLogit) + logSpread(logit[row]);
      else rows[left++] = row;
    }
    rows = rows.slice(0, left);
  }
  for (const row of rows) total[Math.floor(row / STEP_COUNT)] = Number.NEGATIVE_INFINITY;
}

async function evaluate(
  quantiles: JetQuantiles,
  y: Float32Array,
  logit: Float64Array,
  rows: Uint32Array,
): Promise<{ value: Float32Array; slope: Float32Array; tau: Float32Array }> {
  const places = new Uint32Array(rows.length);
  const known = new Float32Array(rows.length * KNOWN_COUNT);
  const steps = new Uint8Array(rows.length);
  const tau = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const place = Math.floor(rows[i] / STEP_COUNT);
    places[i] = place;
    for (let k = 0; k < KNOWN_COUNT; k++) known[i * KNOWN_COUNT + k] = y[place * STEP_COUNT + k];
    steps[i] = rows[i] % STEP_COUNT;
    const t = Math.min(LARGEST_LOGIT, Math.max(-LARGEST_LOGIT, logit[rows[i]]));
    logit[rows[i]] = t;
    tau[i] = 1 / (1 + Math.exp(-t));
  }
  return { ...(await quantiles.quantile(places, known, steps, tau)), tau };
}

function isBeyond(t: number, move: number): boolean {
  return Math.abs(t) >= LARGEST_LOGIT && Math.sign(move) === Math.sign(t);
}

/** log dt/dtau = -log(tau (1 - tau)), without its cancellation in the tails. */
function logSpread(t: number): number {
  const distance = Math.abs(t);
  return distance + 2 * Math.log1p(Math.exp(-distance));
}
