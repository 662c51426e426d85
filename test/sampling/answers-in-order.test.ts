import { expect, test } from '@jest/globals';
import { BundleError, RunError } from '../../src/errors.js';
import { answering, answersInOrder } from '../../src/sampling/answers-in-order.js';

/** Two threads that finish later blocks first, and count what is under way. */
function backwardsPool() {
  let underWay = 0;
  const pool = {
    most: 0,
    options: { maxThreads: 2 },
    async run(task: readonly [number, number]) {
      underWay++;
      pool.most = Math.max(pool.most, underWay);
      await new Promise((resolve) => setTimeout(resolve, 20 - task[0]));
      underWay--;
      return { answer: task.join('+') };
    },
  };
  return pool;
}

test('answers come in the order of the rows, whichever is ready first, and no more are asked for than four', async () => {
  const pool = backwardsPool();
  const seen: unknown[] = [];
  const task = (first: number, count: number) => [first, count];
  for await (const { firstJet, count, answer } of answersInOrder<string>(pool, 19, 3, task))
    seen.push([firstJet, count, answer]);
  expect(seen).toEqual(
    [0, 3, 6, 9, 12, 15, 18].map((first) => [first, first < 18 ? 3 : 1, `${first}+${first < 18 ? 3 : 1}`]),
  );
  expect(pool.most).toBe(4);
});

test('where every block fails the first failure is thrown, and no other one ends the process', async () => {
  const pool = {
    options: { maxThreads: 2 },
    run: async (first: number) => {
      throw new Error(`block ${first}`);
    },
  };
  const all = async () => {
    for await (const made of answersInOrder(pool, 9, 1, (first) => first)) throw new Error(`made ${made}`);
  };
  await expect(all()).rejects.toThrow('block 0');
  // Node tells of rejections that nobody waits for when the microtasks are done: jest fails the test then.
  await new Promise((resolve) => setImmediate(resolve));
});

test.each([
  [new BundleError('models/a', 'block.onnx is refused'), BundleError, { exitCode: 2, file: 'models/a' }],
  [new TypeError('no function'), RunError, { exitCode: 1, message: 'no function' }],
])('%s keeps its class and fields on the way', async (thrown, Class, fields) => {
  const work = answering(async () => {
    throw thrown;
  });
  // What a message between threads does to it.
  const pool = { options: { maxThreads: 1 }, run: async () => structuredClone(await work(0)) };
  const first = answersInOrder(pool, 1, 1, () => 0).next();
  await expect(first).rejects.toBeInstanceOf(Class);
  await expect(first).rejects.toMatchObject(fields);
});

test('a table without rows has no answers', async () => {
  const all = [];
  for await (const made of answersInOrder(backwardsPool(), 0, 3, () => [0, 0])) all.push(made);
  expect(all).toEqual([]);
});
