/** A thread of condition-pool.ts: answers for some jets, with engines of its own. */
import { workerData } from 'node:worker_threads';
import type { SessionModule, SessionSource } from '../engines/open.js';
import { keysFrom } from '../stats/tau.js';
import { answering } from './answers-in-order.js';
import { conditionOf } from './condition.js';
import type { ConditionTask } from './condition-pool.js';
import { posteriorOf } from './prior.js';
import { variedQuantiles } from './variation.js';

// Opened by the first question: a thread without one may be ended at any time.
let opened: ReturnType<typeof open> | undefined;

async function open() {
  const { module, options } = workerData as SessionSource;
  const { openSession, openConditional }: SessionModule = await import(module);
  if (!openConditional) throw new Error('this engine samples and nothing else');
  return { session: await openSession(options), conditional: await openConditional(options) };
}

export default answering(async ({ jets, keys, question }: ConditionTask): Promise<unknown> => {
  opened ??= open();
  const { session, conditional } = await opened;
  const { inputs } = session;
  const condition = (first = 0, end = jets.length / inputs) =>
    conditionOf(
      session,
      conditional,
      jets.subarray(first * inputs, end * inputs),
      keysFrom(keys, first, end - first),
    );
  switch (question.method) {
    case 'sample':
      return condition().sample(question.options);
    case 'quantile':
      return condition().quantile(question.rows);
    case 'cdf':
      return condition().cdf(question.rows);
    case 'marginalQuantiles':
      return condition().marginalQuantiles(question.levels, question.options);
    case 'posterior':
    case 'varied': {
      const count = jets.length / inputs;
      const phi = Float32Array.from({ length: count }, (_, jet) => jets[jet * inputs + 2]!);
      const { levels, options } = question;
      const sample = (first: number, end: number) => condition(first, end).sample(options);
      if (question.method === 'posterior') return posteriorOf(sample, phi, question.prior, levels, options);
      const ptQuantile = async (level: number) => {
        const made = await condition().quantile(new Float32Array(4 * count).fill(level));
        return Float32Array.from({ length: count }, (_, jet) => made[4 * jet]!);
      };
      return variedQuantiles(sample, ptQuantile, phi, question.variation, levels, options);
    }
  }
});
