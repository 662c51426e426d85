/** The conditions of many jets by worker threads: each answers for some of the jets at a time. Needs Node. */
import type { SessionSource } from '../engines/open.js';
import { JetIqnError, RunError } from '../errors.js';
import { STEP_COUNT } from '../model/steps.js';
import { type JetKeys, keysFrom } from '../stats/tau.js';
import { answersInOrder } from './answers-in-order.js';
import { type Condition, completed, type SampleOptions } from './condition.js';
import type { ConditionCdf } from './exact-condition.js';
import type { Variation } from './prediction-files.js';
import type { Posterior, Prior } from './prior.js';
import { startThreads } from './threads.js';
import type { VariedQuantiles } from './variation.js';

/** What is asked of some jets; rows are [n, 4] of these. */
export type Question =
  | { readonly method: 'quantile' | 'cdf'; readonly rows: Float32Array }
  | { readonly method: 'sample'; readonly options?: SampleOptions | undefined }
  | {
      readonly method: 'marginalQuantiles';
      readonly levels: readonly number[];
      readonly options?: SampleOptions | undefined;
    }
  | {
      readonly method: 'posterior';
      readonly prior: Prior;
      readonly levels: readonly number[];
      readonly options: Required<SampleOptions>;
    }
  | {
      readonly method: 'varied';
      readonly variation: Variation;
      readonly levels: readonly number[];
      readonly options: Required<SampleOptions>;
    };

/** What a worker is sent. */
export interface ConditionTask {
  /** [n, inputs] */
  readonly jets: Float32Array;
  readonly keys: JetKeys;
  readonly question: Question;
}

/** What answers for many jets elsewhere than on this thread. */
export interface ConditionPool {
  condition(jets: Float32Array, keys?: JetKeys): PooledCondition;
  close(): Promise<void>;
}
export interface PooledCondition extends Condition {
  /** Quantiles under another spectrum of target jets: prior.ts. */
  posterior(prior: Prior, levels: readonly number[], options: Required<SampleOptions>): Promise<Posterior>;
  /** Quantiles with another scale or resolution of pt: variation.ts. */
  varied(
    variation: Variation,
    levels: readonly number[],
    options: Required<SampleOptions>,
  ): Promise<VariedQuantiles>;
}

/** Jets a question at most: every thread soon has something to do, and answers are small. */
const MOST_JETS = 250;

/** @param source what each thread opens. @param inputs numbers a jet. */
export function openConditionPool(source: SessionSource, inputs: number, threads: number): ConditionPool {
  const pool = startThreads(new URL('./condition-worker.js', import.meta.url), threads, source);
  return {
    condition(jets, keys = 0) {
      const count = jets.length / inputs;
      const block = Math.min(MOST_JETS, Math.ceil(count / (2 * threads)));
      async function ask<Whole extends Answer>(question: Question): Promise<Whole> {
        // Copies: of a view a thread would be sent all that lies beneath it.
        const task = (first: number, some: number): ConditionTask => ({
          jets: jets.slice(inputs * first, inputs * (first + some)),
          keys: keysFrom(keys, first, some),
          question:
            'rows' in question
              ? { ...question, rows: question.rows.slice(STEP_COUNT * first, STEP_COUNT * (first + some)) }
              : question,
        });
        let whole: Answer | undefined;
        try {
          for await (const { firstJet: first, count: some, answer } of answersInOrder<Answer>(
            pool,
            count,
            block,
            task,
          ))
            whole = joined(whole, answer, first, some, count);
        } catch (error) {
          if (error instanceof JetIqnError) throw error;
          throw new RunError(`condition: ${error instanceof Error ? error.message : error}`, {
            cause: error,
          });
        }
        return whole as Whole;
      }
      const condition = completed({
        jets: count,
        sample: (options) => ask<Float32Array>({ method: 'sample', options }),
        quantile: (rows) => ask<Float32Array>({ method: 'quantile', rows }),
        cdf: (rows) => ask<Answer & ConditionCdf>({ method: 'cdf', rows }),
        marginalQuantiles: (levels, options) =>
          ask<Float32Array>({ method: 'marginalQuantiles', levels, options }),
      });
      const posterior: PooledCondition['posterior'] = (prior, levels, options) =>
        ask<Answer & Posterior>({ method: 'posterior', prior, levels, options });
      const varied: PooledCondition['varied'] = (variation, levels, options) =>
        ask<Answer & VariedQuantiles>({ method: 'varied', variation, levels, options });
      return { ...condition, posterior, varied };
    },
    close: () => pool.destroy(),
  };
}

/** What a thread answers: arrays with a row a jet, counts, and records of these. */
type Answer = Float32Array | Float64Array | number | { readonly [name: string]: Answer };

/** Puts the answer for `some` of `count` jets, from `first` on, into that for all; counts are added. */
function joined(
  whole: Answer | undefined,
  answer: Answer,
  first: number,
  some: number,
  count: number,
): Answer {
  if (typeof answer === 'number') return ((whole as number | undefined) ?? 0) + answer;
  if (ArrayBuffer.isView(answer)) {
    const { length, BYTES_PER_ELEMENT: bytes } = answer;
    const rows = (whole ??
      new (bytes === 8 ? Float64Array : Float32Array)((length / some) * count)) as Float64Array;
    rows.set(answer, (length / some) * first);
    return rows;
  }
  return Object.fromEntries(
    Object.entries(answer).map(([name, part]) => [
      name,
      joined((whole as typeof answer | undefined)?.[name], part, first, some, count),
    ]),
  );
}
