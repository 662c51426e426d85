/** A thread of `predict`: what is asked of a block of jets, as columns. */
import { workerData } from 'node:worker_threads';
import { VARIABLES } from '../../jets/columns.js';
import type { Conditional } from '../../model/conditional/conditional.js';
import type { Box } from '../../model/likelihood/coordinates.js';
import { givenLikelihood } from '../../model/likelihood/given-likelihood.js';
import { STEP_COUNT } from '../../model/steps.js';
import { likelihoodColumn, quantileColumn } from '../predictions/prediction-files.js';
import type { SessionModule, SessionSource } from '../worker-setup.js';
import { type Given, givenJets } from './given.js';

/** What to compute for each jet. */
export interface PredictRequest {
  /** Marginal quantiles, levels in (0, 1). */
  readonly quantiles: readonly number[];
  readonly cdf: boolean;
  readonly density: boolean;
  /** Instead of all that: the input jets that make the targets likely, looked for in this box. */
  readonly likelihood?: Box | undefined;
  readonly samples: number;
  readonly seed: number;
}

export interface PredictTask {
  readonly firstJet: number;
  /** [n, inputs]; for a likelihood the inputs after the first four alone. */
  readonly jets: Float32Array;
  /** [n, 4], for cdf, density and likelihood. */
  readonly targets?: Float32Array;
}

export interface PredictAnswer {
  readonly columns: Record<string, Float32Array>;
  /** Values whose CDF is 0 or 1 because the model gives nothing beyond, and jets whose quantiles cross. */
  readonly outside: number;
  readonly crossed: number;
  /** Of a likelihood: ends of intervals where it has not fallen, and jets that the model never gives. */
  readonly open: number;
  readonly none: number;
}

const { source, request } = workerData as { source: SessionSource; request: PredictRequest };
const opened = open();
opened.catch(() => {});

async function open() {
  const { openSession, openConditional }: SessionModule = await import(source.module);
  if (!openConditional) throw new Error('this engine samples and nothing else');
  return {
    session: await openSession(source.options),
    conditional: await openConditional(source.options),
  };
}

export default async function work({ firstJet, jets, targets }: PredictTask): Promise<PredictAnswer> {
  const { session, conditional } = await opened;
  if (request.likelihood) return likelihood(conditional, jets, targets!, request.likelihood);
  return answer(givenJets(session, conditional, jets, firstJet), request, targets);
}

async function answer(
  given: Given,
  { quantiles, cdf, density, samples, seed }: PredictRequest,
  targets: Float32Array | undefined,
): Promise<PredictAnswer> {
  const columns: Record<string, Float32Array> = {};
  const column = (name: string, value: (jet: number) => number) => {
    columns[name] = Float32Array.from({ length: given.jets }, (_, jet) => value(jet));
  };
  if (quantiles.length > 0) {
    const values = await given.marginalQuantiles(quantiles, { samples, seed });
    VARIABLES.forEach((variable, k) => {
      quantiles.forEach((level, l) => {
        column(quantileColumn(variable, level), (jet) => values[(4 * jet + k) * quantiles.length + l]);
      });
    });
  }
  let [outside, crossed] = [0, 0];
  if (targets) {
    const found = await given.cdf(targets);
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
  return { columns, outside, crossed, open: 0, none: 0 };
}

async function likelihood(
  conditional: Conditional,
  extras: Float32Array,
  targets: Float32Array,
  box: Box,
): Promise<PredictAnswer> {
  const found = await givenLikelihood(conditional, targets, extras, box);
  const columns: Record<string, Float32Array> = { log_likelihood: Float32Array.from(found.logLikelihood) };
  const jets = targets.length / STEP_COUNT;
  VARIABLES.forEach((variable, k) => {
    for (const part of ['best', 'low', 'high'] as const)
      columns[likelihoodColumn(variable, part)] = Float32Array.from(
        { length: jets },
        (_, jet) => found[part][STEP_COUNT * jet + k],
      );
  });
  return { columns, outside: 0, crossed: 0, open: found.open, none: found.none };
}
