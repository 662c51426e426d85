/** The distributions of many jets by worker threads: each answers for some of the jets at a time. Needs Node. */

import type { Piscina } from 'piscina';
import { RunError } from '../../errors.js';
import { VARIABLES } from '../../jets/columns.js';
import type { ConditionalCdf } from '../../model/conditional/given-conditional.js';
import { STEP_COUNT } from '../../model/steps.js';
import { answersInOrder } from '../answers-in-order.js';
import { startThreads } from '../threads.js';
import { completed, type Given, type SampleOptions } from './given.js';
import type { GivenPool } from './open-bundle.js';

/** What is asked of some jets; arrays have four numbers for each of them. */
export type Question =
  | { readonly kind: 'sample'; readonly options: SampleOptions }
  | { readonly kind: 'quantile'; readonly tau: Float32Array }
  | { readonly kind: 'cdf'; readonly y: Float32Array }
  | {
      readonly kind: 'marginalQuantiles';
      readonly levels: readonly number[];
      readonly options: SampleOptions;
    };

/** What a worker is sent. */
export interface GivenTask {
  /** [n, inputs] */
  readonly jets: Float32Array;
  readonly firstJet: number;
  readonly question: Question;
}

/** Which bundle the workers open. */
export interface GivenSource {
  /** Absolute path. */
  readonly folder: string;
  readonly sha256: string;
}

/** Jets a question at most: every thread soon has something to do, and answers are small. */
const MOST_JETS = 250;

/** @param inputs numbers a jet. */
export function openGivenPool(source: GivenSource, inputs: number, threads: number): GivenPool {
  const pool = startThreads(new URL('./given-worker.js', import.meta.url), threads, source);
  return {
    given: (jets, firstJet = 0) => pooledGiven(pool, inputs, jets, firstJet),
    close: () => pool.destroy(),
  };
}

function pooledGiven(pool: Piscina, inputs: number, jets: Float32Array, firstJet: number): Given {
  const count = jets.length / inputs;
  const block = Math.min(MOST_JETS, Math.ceil(count / (2 * pool.options.maxThreads)));
  /** @param put keeps the answer for the jets from `first` on. */
  async function ask<Answer>(
    question: (first: number, end: number) => Question,
    put: (answer: Answer, first: number) => void,
  ): Promise<void> {
    // Copies: of a view a thread would be sent all that lies beneath it.
    const task = (first: number, some: number): GivenTask => ({
      jets: jets.slice(inputs * first, inputs * (first + some)),
      firstJet: firstJet + first,
      question: question(first, first + some),
    });
    try {
      for await (const made of answersInOrder<Answer>(pool, count, block, task))
        put(made.answer, made.firstJet);
    } catch (error) {
      throw new RunError(`given: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
  const rows = (values: Float32Array, first: number, end: number) =>
    values.slice(STEP_COUNT * first, STEP_COUNT * end);
  /** Answers of `width` numbers a jet. */
  async function numbers(
    width: number,
    question: (first: number, end: number) => Question,
  ): Promise<Float32Array> {
    const all = new Float32Array(width * count);
    await ask<Float32Array>(question, (answer, first) => all.set(answer, width * first));
    return all;
  }
  return completed({
    jets: count,
    async sample(options = {}) {
      const { samples = 1000 } = options;
      return numbers(STEP_COUNT * samples, () => ({ kind: 'sample', options: { ...options, samples } }));
    },
    quantile: (tau) =>
      numbers(STEP_COUNT, (first, end) => ({ kind: 'quantile', tau: rows(tau, first, end) })),
    async cdf(y) {
      const all: ConditionalCdf = {
        tau: new Float32Array(STEP_COUNT * count),
        logDensity: new Float64Array(count),
        counts: { pt: none(), eta: none(), phi: none(), mass: none() },
      };
      await ask<ConditionalCdf>(
        (first, end) => ({ kind: 'cdf', y: rows(y, first, end) }),
        ({ tau, logDensity, counts }, first) => {
          all.tau.set(tau, STEP_COUNT * first);
          all.logDensity.set(logDensity, first);
          for (const variable of VARIABLES)
            for (const kind of ['crossed', 'below', 'above'] as const)
              all.counts[variable][kind] += counts[variable][kind];
        },
      );
      return all;
    },
    marginalQuantiles: (levels, options = {}) =>
      numbers(STEP_COUNT * levels.length, () => ({ kind: 'marginalQuantiles', levels, options })),
  });
}

const none = () => ({ crossed: 0, below: 0, above: 0 });
