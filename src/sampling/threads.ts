/** Threads that work on blocks of a table, one block at a time each. Needs Node. */
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

/** @param file the worker's module. @param data what each worker finds as its `workerData`. */
export function startThreads(file: URL, threads: number, data: unknown): Piscina {
  return new Piscina({
    filename: fileURLToPath(file),
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    workerData: data,
    recordTiming: false,
  });
}

/**
 * The answers to the blocks of a table, in the order of its rows: as many blocks ahead are under way as keep every thread
 * busy, and no more, so that memory does not grow with the table.
 *
 * @param block jets of a block; the last may have fewer.
 * @param task what a worker is told of `count` jets from `firstJet` on.
 */
export async function* answersInOrder<Answer>(
  pool: Piscina,
  rows: number,
  block: number,
  task: (firstJet: number, count: number) => unknown,
): AsyncGenerator<{ readonly firstJet: number; readonly count: number; readonly answer: Answer }> {
  const ahead: { firstJet: number; count: number; answer: Promise<Answer> }[] = [];
  let next = 0;
  const start = () => {
    const [firstJet, count] = [next, Math.min(block, rows - next)];
    next += count;
    ahead.push({ firstJet, count, answer: pool.run(task(firstJet, count)) });
  };
  while (next < rows && ahead.length < 2 * pool.options.maxThreads) start();
  while (ahead.length > 0) {
    const { firstJet, count, answer } = ahead.shift()!;
    const made = await answer;
    if (next < rows) start();
    yield { firstJet, count, answer: made };
  }
}
