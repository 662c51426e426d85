/** The blocks of a table, worked on by threads: their answers in the order of the rows, their errors as they were. */
import type { Piscina } from 'piscina';
import { type ErrorFields, errorFields, errorFrom } from '../errors.js';

/** Blocks under way or waiting for each thread: one in work, and the next, so that no thread waits for this one. */
const BLOCKS_A_THREAD = 2;

/**
 * Memory does not grow with the table: as many blocks are ahead of the answer that is next as keep every thread busy, and
 * no more.
 *
 * @param block rows of a block; the last may have fewer.
 * @param task what a worker is told of `count` rows from `firstJet` on; it answers by {@link answering}.
 */
export async function* answersInOrder<Answer>(
  pool: Pick<Piscina, 'run'> & { readonly options: Pick<Piscina['options'], 'maxThreads'> },
  rows: number,
  block: number,
  task: (firstJet: number, count: number) => unknown,
): AsyncGenerator<{ readonly firstJet: number; readonly count: number; readonly answer: Answer }> {
  const ahead: { firstJet: number; count: number; answer: Promise<Answer> }[] = [];
  let next = 0;
  const start = () => {
    const [firstJet, count] = [next, Math.min(block, rows - next)];
    next += count;
    const answer: Promise<Answer> = pool.run(task(firstJet, count)).then((sent: Sent<Answer>) => {
      if (sent.failure) throw errorFrom(sent.failure);
      return sent.answer;
    });
    // The failure that is told is that of the first block; nobody waits for those behind it any more, and a rejection
    // that nobody waits for ends the process.
    answer.catch(() => {});
    ahead.push({ firstJet, count, answer });
  };
  while (next < rows && ahead.length < BLOCKS_A_THREAD * pool.options.maxThreads) start();
  while (ahead.length > 0) {
    const { firstJet, count, answer } = ahead.shift()!;
    const made = await answer;
    if (next < rows) start();
    yield { firstJet, count, answer: made };
  }
}

/** What a worker sends: errors lose their class between threads. */
export type Sent<Answer> =
  | { readonly answer: Answer; readonly failure?: undefined }
  | { readonly answer?: undefined; readonly failure: ErrorFields };

/** What a worker does, so that its errors arrive as they were. */
export function answering<Task, Answer>(
  work: (task: Task) => Promise<Answer>,
): (task: Task) => Promise<Sent<Answer>> {
  return (task) =>
    work(task).then(
      (answer) => ({ answer }),
      (error) => ({ failure: errorFields(error) }),
    );
}
