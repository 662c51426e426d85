import { describe, expect, test } from '@jest/globals';
import { InvalidArgumentError } from 'commander';
import {
  duration,
  edgeList,
  finiteNumber,
  nameList,
  positiveInteger,
  positiveIntegerList,
  probabilityList,
  seed,
  shard,
  shardFromEnvironment,
} from '../../src/cli/options.js';
import { UsageError } from '../../src/errors.js';

test.each(['1', '1000', '4294967295'])('positiveInteger takes %s', (text) => {
  expect(positiveInteger(text)).toBe(Number(text));
});
test.each(['0', '-1', '1.5', '1e3', '', 'ten', '4294967296', '0x10'])(
  'positiveInteger refuses %p',
  (text) => {
    expect(() => positiveInteger(text)).toThrow(InvalidArgumentError);
  },
);

test('seed takes 0 and the largest exact integer, and nothing beyond', () => {
  expect(seed('0')).toBe(0);
  expect(seed('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
  for (const text of ['9007199254740992', '-1', '1.0', ''])
    expect(() => seed(text)).toThrow(InvalidArgumentError);
});

test('finiteNumber refuses what is no number', () => {
  expect(finiteNumber('-2.5e-3')).toBe(-0.0025);
  for (const text of ['', ' ', 'NaN', 'Infinity', '1,5'])
    expect(() => finiteNumber(text)).toThrow(InvalidArgumentError);
});

describe('lists between commas', () => {
  test('names, with blanks around them or not', () => {
    expect(nameList('rho, flavour')).toEqual(['rho', 'flavour']);
  });
  test('units of layers', () => {
    expect(positiveIntegerList('64,64,32')).toEqual([64, 64, 32]);
    expect(() => positiveIntegerList('64,0')).toThrow(InvalidArgumentError);
  });
  test('levels, with 0 and 1', () => {
    expect(probabilityList('0,0.5,1')).toEqual([0, 0.5, 1]);
    for (const text of ['', '0.5,', '0.5,1.01', '-0.1', 'a'])
      expect(() => probabilityList(text)).toThrow(InvalidArgumentError);
  });
  test('edges rise', () => {
    expect(edgeList('20,30.5,50')).toEqual(Float32Array.of(20, 30.5, 50));
    for (const text of ['20', '20,20', '30,20', '20,,30', ''])
      expect(() => edgeList(text)).toThrow(InvalidArgumentError);
  });
});

test('a duration in seconds, minutes or hours', () => {
  expect(['90', '90s', '1.5m', '2h'].map(duration)).toEqual([90, 90, 90, 7200]);
  for (const text of ['', 'h', '1d', '-1s', '1m30s'])
    expect(() => duration(text)).toThrow(InvalidArgumentError);
});

describe('shard', () => {
  test('i/n', () => {
    expect(shard('0/1')).toEqual({ index: 0, count: 1 });
    expect(shard('7/8')).toEqual({ index: 7, count: 8 });
  });
  test.each(['8/8', '1', '-1/4', '0/0', '1/2/3', 'a/b', '1.5/3'])('refuses %p', (text) => {
    expect(() => shard(text)).toThrow(InvalidArgumentError);
  });
});

describe('shardFromEnvironment', () => {
  test('none outside of a batch system', () => {
    expect(shardFromEnvironment({})).toBeUndefined();
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
  test('empty variables are none', () => {
    const empty = { SLURM_ARRAY_TASK_ID: '', SLURM_ARRAY_TASK_COUNT: '', JOB_COMPLETION_INDEX: '' };
    expect(shardFromEnvironment(empty)).toBeUndefined();
  });
});
