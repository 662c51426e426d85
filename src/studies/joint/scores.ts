/**
 * Proper scores of the predicted distributions, means over the jets: less is better, and least for the true density.
 *
 *     CRPS   = E|X - y| - E|X - X'| / 2                   of one variable; twice the pinball loss averaged over all tau
 *     energy = E‖Z - z‖ - E‖Z - Z'‖ / 2                   of the four responses, each over the true jets' own width
 *
 * X, X' samples of a jet, y its true value; from S samples without bias, the second expectation over the S (S - 1) / 2 pairs.
 * Gneiting, Raftery, J. Am. Stat. Assoc. 102 (2007) 359.
 *
 * Beside them the typical jet's, a forecast of one value: |typical - y|; and the control's, where a draw from the model
 * stands in for the true jet: what a right model of this width scores.
 */
import { byVariable, VARIABLES, type Variable } from '../../jets/columns.js';
import { TARGET_TRANSFORMS } from '../../model/transforms.js';
import { quantiles } from '../../stats/quantile.js';
import { mean, sd } from '../../stats/sum.js';

const TARGETS = 4;

/** A score's means over the jets, with standard errors; differences are jet by jet. */
export interface Score {
  /** Of the model. */
  readonly model: number;
  /** Its standard error. */
  readonly error: number;
  /** Of draws from the model itself: the model's, were it right. */
  readonly control: number;
  /** Standard error of model - control. */
  readonly controlError: number;
  /** Of the typical reconstruction (correction), of the input jet itself (simulation); null where the table has none. */
  readonly typical: number | null;
  /** Standard error of model - typical. */
  readonly typicalError: number | null;
}

/** How good the distributions are in one number each. */
export interface Scores {
  /** Continuous ranked probability score, in the variable's unit. */
  readonly crps: Readonly<Record<Variable, Score>>;
  /** Energy score of all four together. */
  readonly energy: Score;
  /** Half of the 68 % interval of the true responses, by which the energy score divides. */
  readonly widths: Readonly<Record<Variable, number>>;
}

/** What is scored: targetsOf (jet-features.ts), [N, 4]. */
export interface Scored {
  readonly truth: Float32Array;
  readonly control: Float32Array;
  readonly typical?: Float32Array | undefined;
}

/**
 * @param jets [N, 4] input jets, physical units.
 * @param sampled [N, S, 4] targets, S ≥ 2.
 */
export function scores(
  jets: Float32Array,
  sampled: Float32Array,
  { truth, control, typical }: Scored,
): Scores {
  const widths = byVariable((_, k) => {
    const own = Float64Array.from({ length: truth.length / TARGETS }, (__, jet) => truth[TARGETS * jet + k]);
    const [low, high] = quantiles(own, [0.16, 0.84]);
    return (high - low) / 2;
  });
  const sets = [truth, control, ...(typical ? [typical] : [])];
  return {
    crps: byVariable((variable, k) => score(crpsOf(variable, k, jets, sampled, sets))),
    energy: score(
      energyOf(
        VARIABLES.map((variable) => widths[variable] || 1),
        sampled,
        sets,
      ),
    ),
    widths,
  };
}

/** Scores of each jet: of the model, of the control, of the typical jet. */
type JetScores = readonly Float64Array[];

function score([model, control, typical]: JetScores): Score {
  const error = (values: Float64Array) => sd(values) / Math.sqrt(values.length);
  const less = (other: Float64Array) => error(model.map((value, jet) => value - other[jet]));
  return {
    model: mean(model),
    error: error(model),
    control: mean(control),
    controlError: less(control),
    typical: typical ? mean(typical) : null,
    typicalError: typical ? less(typical) : null,
  };
}

function crpsOf(
  variable: Variable,
  k: number,
  jets: Float32Array,
  sampled: Float32Array,
  [truth, control, typical]: readonly Float32Array[],
): JetScores {
  const count = truth.length / TARGETS;
  const samples = sampled.length / truth.length;
  const { transform, offset } = TARGET_TRANSFORMS[variable];
  const isRatio = transform === 'log-ratio';
  const found = [truth, control, ...(typical ? [typical] : [])].map(() => new Float64Array(count));
  const values = new Float64Array(samples);
  for (let jet = 0; jet < count; jet++) {
    const place = TARGETS * jet + k;
    // Differences of physical values: those of a ratio are its own times the input.
    const unit = isRatio ? jets[place] + offset : 1;
    const physical = (target: number) => unit * (isRatio ? Math.exp(target) : target);
    for (let s = 0; s < samples; s++) values[s] = physical(sampled[(jet * samples + s) * TARGETS + k]);
    values.sort();
    let pairs = 0;
    for (let s = 0; s < samples; s++) pairs += (2 * s + 1 - samples) * values[s];
    const spread = pairs / (samples * (samples - 1));
    for (const [set, own] of [truth, control].entries()) {
      const value = physical(own[place]);
      let sum = 0;
      for (let s = 0; s < samples; s++) sum += Math.abs(values[s] - value);
      found[set][jet] = sum / samples - spread;
    }
    if (typical) found[2][jet] = Math.abs(physical(typical[place]) - physical(truth[place]));
  }
  return found;
}

function energyOf(
  widths: readonly number[],
  sampled: Float32Array,
  [truth, control, typical]: readonly Float32Array[],
): JetScores {
  const count = truth.length / TARGETS;
  const samples = sampled.length / truth.length;
  const found = [truth, control, ...(typical ? [typical] : [])].map(() => new Float64Array(count));
  const own = new Float64Array(TARGETS * samples);
  const distance = (at: number, a: number, b: number, c: number, d: number) =>
    Math.sqrt((own[at] - a) ** 2 + (own[at + 1] - b) ** 2 + (own[at + 2] - c) ** 2 + (own[at + 3] - d) ** 2);
  for (let jet = 0; jet < count; jet++) {
    for (let i = 0; i < own.length; i++) own[i] = sampled[jet * own.length + i] / widths[i % TARGETS];
    let pairs = 0;
    for (let i = 0; i < own.length; i += TARGETS)
      for (let j = 0; j < i; j += TARGETS) pairs += distance(j, own[i], own[i + 1], own[i + 2], own[i + 3]);
    const spread = pairs / (samples * (samples - 1));
    const scaled = (set: Float32Array, k: number) => set[TARGETS * jet + k] / widths[k];
    for (const [set, values] of [truth, control].entries()) {
      const [a, b, c, d] = widths.map((_, k) => scaled(values, k));
      let sum = 0;
      for (let i = 0; i < own.length; i += TARGETS) sum += distance(i, a, b, c, d);
      found[set][jet] = sum / samples - spread;
    }
    if (typical) found[2][jet] = Math.hypot(...widths.map((_, k) => scaled(typical, k) - scaled(truth, k)));
  }
  return found;
}
