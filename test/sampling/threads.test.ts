import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { busyThreads, startThreads } from '../../src/sampling/threads.js';
import { PROJECT_ROOT } from '../project-root.js';

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

test('threads are ended when what they do is done; what waits and what comes later is refused, by no new thread', async () => {
  const threads = () => readdirSync('/proc/self/task').length;
  const before = threads();
  const pool = startThreads(ECHO, 2);
  await pool.run('awake');
  const asked = [1, 2, 3, 4].map((task) => pool.run(task));
  const ended = pool.destroy();
  const late = pool.run('late');
  expect(await Promise.allSettled([...asked, late])).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'fulfilled', value: 2 },
    ...Array(3).fill({ status: 'rejected', reason: new Error('the threads have ended') }),
  ]);
  await ended;
  await pool.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(threads()).toBeLessThanOrEqual(before);
});

test('a process goes on after studies that are aborted at any moment, its threads as many as before', () => {
  const program = `
    import { readdirSync } from 'node:fs';
    import { bundleEngine } from '${new URL('../../src/engines/open.js', import.meta.url)}';
    import { loadBundle, readJets, study } from '${new URL('../../src/index.js', import.meta.url)}';
    const bundle = await loadBundle('${PROJECT_ROOT}/models/simulation');
    const jets = await readJets('${PROJECT_ROOT}/models/jets-sample.parquet', { limit: 500 });
    const engine = await bundleEngine(bundle.source, 'ort');
    const count = () => readdirSync('/proc/self/task').length;
    const before = count();
    for (let i = 0; i < 4; i++) {
      const controller = new AbortController();
      const ended = study(bundle, jets, { samples: 64, threads: 2, engine, signal: controller.signal });
      setTimeout(() => controller.abort(), 150 * i);
      await ended.catch(() => {});
    }
    console.log(count() - before);`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--no-warnings', '--input-type=module', '-e', program],
    { encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(Number(stdout)).toBeLessThanOrEqual(1);
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
