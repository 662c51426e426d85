/** The conditions of many jets by worker threads: each answers for some of the jets at a time. Needs Node. */
import { JetIqnError, RunError } from '../../errors.js';
import { VARIABLES } from '../../jets/columns.js';
import type { ConditionCdf } from '../../model/condition.js';
import { STEP_COUNT } from '../../model/steps.js';
import { answersInOrder } from '../answers-in-order.js';
import { startThreads } from '../threads.js';
import { type Condition, completed } from './condition.js';
import type { ConditionPool } from './open-bundle.js';

type Method = 'sample' | 'quantile' | 'cdf' | 'marginalQuantiles';

/** What a worker is sent. */
export interface ConditionTask {
  /** [n, inputs] */
  readonly jets: Float32Array;
  readonly firstJet: number;
  readonly method: Method;
  /** Its arguments; arrays [n, 4] are of these jets. */
  readonly values: readonly unknown[];
}

/** Which bundle the workers open. */
export interface PoolSource {
  /** Absolute path. */
  readonly folder: string;
  readonly sha256: string;
}

/** Jets a question at most: every thread soon has something to do, and answers are small. */
const MOST_JETS = 250;

/** @param inputs numbers a jet. */
export function openConditionPool(source: PoolSource, inputs: number, threads: number): ConditionPool {
  const pool = startThreads(new URL('./pool-worker.js', import.meta.url), threads, source);
  return { condition, close: () => pool.destroy() };

  function condition(jets: Float32Array, firstJet = 0): Condition {
    const count = jets.length / inputs;
    const block = Math.min(MOST_JETS, Math.ceil(count / (2 * threads)));
    async function ask<Answer extends Float32Array | ConditionCdf>(
      method: Method,
      ...values: readonly unknown[]
    ): Promise<Answer> {
      // Copies: of a view a thread would be sent all that lies beneath it.
      const task = (first: number, some: number): ConditionTask => ({
        jets: jets.slice(inputs * first, inputs * (first + some)),
        firstJet: firstJet + first,
        method,
        values: values.map((value) =>
          isRows(value) ? value.slice(STEP_COUNT * first, STEP_COUNT * (first + some)) : value,
        ),
      });
      let all: Answer | undefined;
      try {
        for await (const { firstJet: first, count: some, answer } of answersInOrder<Answer>(
          pool,
          count,
          block,
          task,
        )) {
          all ??= roomFor(answer, some, count);
          put(answer, all, some, first);
        }
      } catch (error) {
        if (error instanceof JetIqnError) throw error;
        throw new RunError(`condition: ${error instanceof Error ? error.message : error}`, { cause: error });
      }
      return all!;
    }
    return completed({
      jets: count,
      sample: (options) => ask('sample', options),
      quantile: (tau) => ask('quantile', tau),
      cdf: (y) => ask('cdf', y),
      marginalQuantiles: (levels, options) => ask('marginalQuantiles', levels, options),
    });
  }
}

/** Zeros for all jets, as wide a jet as an answer for some of them. */
function roomFor<Answer extends Float32Array | ConditionCdf>(
  answer: Answer,
  some: number,
  count: number,
): Answer {
  if (!('tau' in answer)) return new Float32Array((answer.length / some) * count) as Answer;
  const none = () => ({ crossed: 0, below: 0, above: 0 });
  const cdf: ConditionCdf = {
    tau: new Float32Array(STEP_COUNT * count),
    logDensity: new Float64Array(count),
    counts: { pt: none(), eta: none(), phi: none(), mass: none() },
  };
  return cdf as Answer;
}

/** Writes the answer for `some` jets from `first` on into that for all. */
function put(
  answer: Float32Array | ConditionCdf,
  all: Float32Array | ConditionCdf,
  some: number,
  first: number,
): void {
  if (!('tau' in answer)) {
    (all as Float32Array).set(answer, (answer.length / some) * first);
    return;
  }
  const { tau, logDensity, counts } = all as ConditionCdf;
  tau.set(answer.tau, STEP_COUNT * first);
  logDensity.set(answer.logDensity, first);
  for (const variable of VARIABLES)
    for (const kind of ['crossed', 'below', 'above'] as const)
      counts[variable][kind] += answer.counts[variable][kind];
}

function isRows(value: unknown): value is Float32Array {
  return ArrayBuffer.isView(value);
}
