/** A thread of `predict`: what is asked of a block of jets, as columns. */
import { workerData } from 'node:worker_threads';
import { VARIABLES } from '../../jets/columns.js';
import { PHI_STEP } from '../../model/steps.js';
import { answering } from '../answers-in-order.js';
import { EFFECTIVE_SAMPLES, quantileColumn } from '../predictions/prediction-files.js';
import { FEW_SAMPLES, type Prior, posterior } from '../prior.js';
import type { SessionModule, SessionSource } from '../worker-setup.js';
import { type Condition, conditionOf } from './condition.js';

/** What to compute for each jet. */
export interface PredictRequest {
  /** Marginal quantiles, levels in (0, 1). */
  readonly quantiles: readonly number[];
  readonly cdf: boolean;
  readonly density: boolean;
  /** Quantiles are those under this spectrum of target jets. */
  readonly prior?: Prior | undefined;
  readonly samples: number;
  readonly seed: number;
}

export interface PredictTask {
  readonly firstJet: number;
  /** [n, inputs] */
  readonly jets: Float32Array;
  /** [n, 4], for cdf and density. */
  readonly targets?: Float32Array;
}

export interface PredictAnswer {
  readonly columns: Record<string, Float32Array>;
  /** Values whose CDF is 0 or 1 because the model gives nothing beyond, and jets whose quantiles cross. */
  readonly outside: number;
  readonly crossed: number;
  /** Under a prior: jets with few effective samples, and with none; samples unlike any training jet. */
  readonly few: number;
  readonly none: number;
  readonly untrained: number;
}

/** Samples that are in memory together, four numbers each. */
const SAMPLES_AT_ONCE = 1 << 18;

const { source, request } = workerData as { source: SessionSource; request: PredictRequest };
// Opened by the first block: a thread without one may be ended at any time.
let opened: ReturnType<typeof open> | undefined;

async function open() {
  const { openSession, openConditional }: SessionModule = await import(source.module);
  if (!openConditional) throw new Error('this engine samples and nothing else');
  return {
    session: await openSession(source.options),
    conditional: await openConditional(source.options),
  };
}

export default answering(async ({ firstJet, jets, targets }: PredictTask): Promise<PredictAnswer> => {
  opened ??= open();
  const { session, conditional } = await opened;
  const { inputs } = session;
  const condition = (first: number, end: number) =>
    conditionOf(session, conditional, jets.subarray(first * inputs, end * inputs), firstJet + first);
  const count = jets.length / inputs;
  if (!request.prior) return answer(condition(0, count), request, targets);
  const inputPhi = Float32Array.from({ length: count }, (_, jet) => jets[jet * inputs + PHI_STEP]);
  return underPrior(condition, inputPhi, request.prior, request);
});

async function answer(
  condition: Condition,
  { quantiles, cdf, density, samples, seed }: PredictRequest,
  targets: Float32Array | undefined,
): Promise<PredictAnswer> {
  const columns: Record<string, Float32Array> = {};
  const column = (name: string, value: (jet: number) => number) => {
    columns[name] = Float32Array.from({ length: condition.jets }, (_, jet) => value(jet));
  };
  if (quantiles.length > 0) {
    const values = await condition.marginalQuantiles(quantiles, { samples, seed });
    VARIABLES.forEach((variable, k) => {
      quantiles.forEach((level, l) => {
        column(quantileColumn(variable, level), (jet) => values[(4 * jet + k) * quantiles.length + l]);
      });
    });
  }
  let [outside, crossed] = [0, 0];
  if (targets) {
    const found = await condition.cdf(targets);
    if (cdf)
      VARIABLES.forEach((variable, k) => {
        column(`${variable}_cdf`, (jet) => found.tau[4 * jet + k]);
      });
    if (density) column('log_density', (jet) => found.logDensity[jet]);
    for (const variable of VARIABLES) {
      const counts = found.counts[variable];
      outside += counts.below + counts.above;
      crossed += counts.crossed;
    }
  }
  return { columns, outside, crossed, few: 0, none: 0, untrained: 0 };
}

async function underPrior(
  condition: (first: number, end: number) => Condition,
  inputPhi: Float32Array,
  prior: Prior,
  { quantiles, samples, seed }: PredictRequest,
): Promise<PredictAnswer> {
  const jets = inputPhi.length;
  const column = () => new Float32Array(jets);
  const columns: Record<string, Float32Array> = { [EFFECTIVE_SAMPLES.name]: column() };
  for (const variable of VARIABLES)
    for (const level of quantiles) columns[quantileColumn(variable, level)] = column();
  let [few, none, untrained] = [0, 0, 0];
  const atOnce = Math.max(1, Math.floor(SAMPLES_AT_ONCE / samples));
  for (let first = 0; first < jets; first += atOnce) {
    const end = Math.min(jets, first + atOnce);
    const drawn = await condition(first, end).sample({ samples, seed });
    const made = posterior(drawn, inputPhi.subarray(first, end), prior, quantiles);
    untrained += made.untrained;
    made.effectiveSamples.forEach((effective, i) => {
      if (effective === 0) none++;
      else if (effective < FEW_SAMPLES) few++;
      columns[EFFECTIVE_SAMPLES.name][first + i] = effective;
      VARIABLES.forEach((variable, k) => {
        quantiles.forEach((level, l) => {
          columns[quantileColumn(variable, level)][first + i] =
            made.quantiles[(VARIABLES.length * i + k) * quantiles.length + l];
        });
      });
    });
  }
  return { columns, outside: 0, crossed: 0, few, none, untrained };
}
