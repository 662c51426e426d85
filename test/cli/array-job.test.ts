import { describe, expect, test } from '@jest/globals';
import { shardFromEnvironment, shardNote } from '../../src/cli/array-job.js';
import { UsageError } from '../../src/errors.js';

describe('shardFromEnvironment', () => {
  test('outside of a batch system there is none, and empty variables are none', () => {
    const empty = { SLURM_ARRAY_TASK_ID: '', SLURM_ARRAY_TASK_COUNT: '', JOB_COMPLETION_INDEX: '' };
    for (const environment of [{}, empty])
      expect(() => shardFromEnvironment(environment)).toThrow(/--shard env: this is no task of an array job/);
  });
  test('a Slurm array whose first task is not 0', () => {
    const environment = { SLURM_ARRAY_TASK_ID: '5', SLURM_ARRAY_TASK_COUNT: '8', SLURM_ARRAY_TASK_MIN: '1' };
    expect(shardFromEnvironment(environment)).toEqual({ index: 4, count: 8 });
  });
  test('a Kubernetes Indexed Job', () => {
    expect(shardFromEnvironment({ JOB_COMPLETION_INDEX: '2', JET_IQN_SHARDS: '3' })).toEqual({
      index: 2,
      count: 3,
    });
  });
  /** What Slurm sets for --array=LIST; the step is 1 where the list has none. */
  const slurm = (id: number, [count, min, max, step]: readonly number[]) =>
    Object.fromEntries(
      Object.entries({ ID: id, COUNT: count, MIN: min, MAX: max, STEP: step }).map(([name, value]) => [
        `SLURM_ARRAY_TASK_${name}`,
        String(value),
      ]),
    );
  test.each([1, 3, 5, 7])('task %i of --array=1-7:2', (id) => {
    expect(shardFromEnvironment(slurm(id, [4, 1, 7, 2]))).toEqual({ index: (id - 1) / 2, count: 4 });
  });
  test('an array with gaps is refused, and so is a task that is not in it', () => {
    for (const environment of [slurm(1, [3, 1, 9, 1]), slurm(9, [2, 1, 2, 1]), slurm(2, [4, 1, 7, 2])]) {
      expect(() => shardFromEnvironment(environment)).toThrow(UsageError);
      expect(() => shardFromEnvironment(environment)).toThrow('give --shard i/n');
    }
  });
  test('an Indexed Job that does not say of how many is refused: each task would do all jets', () => {
    expect(() => shardFromEnvironment({ JOB_COMPLETION_INDEX: '2' })).toThrow(/set JET_IQN_SHARDS too/);
  });
});

test('a shard is told its jets, or that it has none', () => {
  // A block of 1000 samples has 260 of 20,000 jets.
  expect(shardNote({ index: 1, count: 4 }, 20_000, 1000)).toBe('Shard 1 of 4: jets 4940 to 9879 of 20000.');
  expect(shardNote({ index: 3, count: 4 }, 20_000, 1000)).toMatch(/ to 19999 of 20000\.$/);
  expect(shardNote({ index: 0, count: 2 }, 50, 10)).toBe(
    'Shard 0 of 2: no jets, since these 50 are done in 1 block.',
  );
});
