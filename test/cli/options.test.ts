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
} from '../../src/cli/options.js';

test.each(['1', '1000', '4294967295', '1e3', '2.5E3'])('positiveInteger takes %s', (text) => {
  expect(positiveInteger(text)).toBe(Number(text));
});
test.each(['0', '-1', '1.5', '1e-3', '1.55e1', '1e10', '', 'ten', '4294967296', '0x10'])(
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
