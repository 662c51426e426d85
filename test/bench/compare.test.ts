import { describe, expect, test } from '@jest/globals';
import { type Baseline, falls, fell, updatedBaseline } from '../../bench/compare.js';
import type { BenchResult, ContestantResult } from '../../bench/harness.js';

const exactly = (median: number) => ({ median, spread: 0 });

function result(...contestants: Partial<ContestantResult>[]): BenchResult {
  return {
    name: 'sampling',
    title: '',
    unit: 'predictions',
    reference: 'bare',
    rounds: 9,
    peaks: {},
    contestants: contestants.map((contestant) => ({
      name: 'pool',
      perSecond: exactly(1e6),
      ratio: exactly(1),
      ...contestant,
    })),
  };
}

function baseline(entries: Baseline['benches'][string]): Baseline {
  return { machine: '2 × abacus', benches: { sampling: entries } };
}

describe('fell', () => {
  test('allows a tenth without spread', () => {
    expect(fell(exactly(0.901), exactly(1))).toBe(false);
    expect(fell(exactly(0.899), exactly(1))).toBe(true);
  });

  test('allows the relative spreads of both runs, added in quadrature, on top', () => {
    // hypot(0.03 / 0.75, 0.06 / 2) = hypot(0.04, 0.03) = 0.05: falls of up to 15 % pass
    const before = { median: 2, spread: 0.06 };
    expect(fell({ median: 1.71, spread: 0.04 * 1.71 }, before)).toBe(false);
    expect(fell({ median: 1.69, spread: 0.04 * 1.69 }, before)).toBe(true);
  });

  test('never minds a rise', () => {
    expect(fell(exactly(5), exactly(1))).toBe(false);
  });

  test('takes what is not a number for a fall', () => {
    expect(fell(exactly(Number.NaN), exactly(1))).toBe(true);
  });
});

describe('falls', () => {
  test('names the ratio that fell', () => {
    expect(falls([result({ ratio: exactly(0.5) })], baseline({ pool: [1, 0] }))).toEqual([
      { name: 'sampling/pool', what: 'ratio', now: 0.5, before: 1 },
    ]);
  });

  test('holds a promise against the ratio, less its spread', () => {
    const promised = (spread: number) => result({ ratio: { median: 0.88, spread }, atLeast: 0.9 });
    expect(falls([promised(0.01)], baseline({}))).toEqual([
      { name: 'sampling/pool', what: 'promise', now: 0.88, before: 0.9 },
    ]);
    expect(falls([promised(0.03)], baseline({}))).toEqual([]);
  });

  test('misses a contestant that is recorded and gone, and no bench that did not run', () => {
    const before: Baseline = {
      machine: '',
      benches: { sampling: { gone: [2, 0] }, training: { ours: [3, 0] } },
    };
    expect(falls([result({})], before)).toEqual([
      { name: 'sampling/gone', what: 'missing', now: Number.NaN, before: 2 },
    ]);
  });

  test('lets a contestant pass that is not recorded yet', () => {
    expect(falls([result({})], baseline({}))).toEqual([]);
  });
});

describe('updatedBaseline', () => {
  test('replaces what ran, keeps what did not, sorted by name', () => {
    const before: Baseline = {
      machine: 'old',
      benches: { sampling: { gone: [2, 0] }, graph: { ours: [3, 0] } },
    };
    const updated = updatedBaseline([result({ ratio: exactly(0.95) })], before, 'new');
    expect(updated).toEqual({
      machine: 'new',
      benches: { graph: { ours: [3, 0] }, sampling: { pool: [0.95, 0] } },
    });
    expect(Object.keys(updated.benches)).toEqual(['graph', 'sampling']);
  });
});
