import { expect, test } from '@jest/globals';
import { busyThreads, startThreads } from '../../src/sampling/threads.js';

const ECHO = new URL('./echo-worker.js', import.meta.url);

test('tasks that wait for a thread are begun in the order in which they were given', async () => {
  const pool = startThreads(ECHO, 1);
  const tasks = Array.from({ length: 12 }, (_, i) => i);
  const done: number[] = [];
  try {
    await Promise.all(tasks.map(async (task) => done.push(await pool.run(task))));
  } finally {
    await pool.destroy();
  }
  expect(done).toEqual(tasks);
});

test('an answer that is on its way while the threads are ended ends nothing else', async () => {
  const pool = startThreads(ECHO, 1);
  await pool.run('awake');
  const answer = pool.run('late');
  // This thread does not look: the answer waits in its queue.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  await Promise.all([expect(answer).rejects.toThrow('Terminating worker thread'), pool.destroy()]);
  await new Promise((resolve) => setImmediate(resolve));
});

test.each([
  // rows, block, threads that have a block
  [1, 1000, 1],
  [1000, 1000, 1],
  [1001, 1000, 2],
  [64_000, 1000, 8],
  [0, 1000, 1],
])('of 8 threads, with %d rows in blocks of %d, %d are started', (rows, block, threads) => {
  expect(busyThreads(8, rows, block)).toBe(threads);
});
