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

const PARSERS: [(text: string) => unknown, Readonly<Record<string, unknown>>, readonly string[]][] = [
  [
    positiveInteger,
    { 1: 1, 1000: 1000, 4294967295: 4294967295, '1e3': 1000, '2.5E3': 2500 },
    ['0', '-1', '1.5', '1e-3', '1.55e1', '1e10', '', 'ten', '4294967296', '0x10'],
  ],
  [seed, { 0: 0, 9007199254740991: 2 ** 53 - 1 }, ['9007199254740992', '-1', '1.0', '']],
  [finiteNumber, { '-2.5e-3': -0.0025 }, ['', ' ', 'NaN', 'Infinity', '1,5']],
  [nameList, { 'rho, flavour': ['rho', 'flavour'] }, []],
  [positiveIntegerList, { '64,64,32': [64, 64, 32] }, ['64,0', '64,']],
  [probabilityList, { '0,0.5,1': [0, 0.5, 1] }, ['', '0.5,', '0.5,1.01', '-0.1', 'a']],
  [edgeList, { '20,30.5,50': Float32Array.of(20, 30.5, 50) }, ['20', '20,20', '30,20', '20,,30', '']],
  [duration, { 90: 90, '90s': 90, '1.5m': 90, '2h': 7200 }, ['', 'h', '1d', '-1s', '1m30s']],
  [
    shard,
    { '0/1': { index: 0, count: 1 }, '7/8': { index: 7, count: 8 } },
    ['8/8', '1', '-1/4', '0/0', '1/2/3', 'a/b', '1.5/3'],
  ],
];

describe.each(PARSERS.map(([parse, taken, refused]) => ({ parse, taken, refused })))(
  '$parse.name',
  ({ parse, taken, refused }) => {
    test.each(Object.entries(taken))('takes %p', (text, value) => expect(parse(text)).toEqual(value));
    for (const text of refused)
      test(`refuses "${text}"`, () => expect(() => parse(text)).toThrow(InvalidArgumentError));
  },
);
