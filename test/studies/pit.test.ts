import { expect, test } from '@jest/globals';
import type { StudyTotals, VariableTotals } from '../../src/sampling/totals.js';
import { ksDistance, ksPValue } from '../../src/stats/ks.js';
import { pitFromRanks } from '../../src/studies/closure.js';

function totalsOf(less: number[], equal: number[], samples: number): StudyTotals {
  const part: VariableTotals = {
    edges: new Float32Array(2),
    counts: new Uint32Array(3 * samples),
    less: Uint32Array.from(less),
    equal: Uint32Array.from(equal),
    median: new Float32Array(less.length),
  };
  return { jets: less.length, samples, variables: { pt: part, eta: part, phi: part, mass: part } };
}

test('lies in the interval of its rank, ties included', () => {
  const pit = pitFromRanks(totalsOf([0, 4, 2, 0], [0, 0, 1, 4], 4), 'pt', 1);
  expect(pit[0]).toBeGreaterThan(0);
  expect(pit[0]).toBeLessThan(1 / 5);
  expect(pit[1]).toBeGreaterThan(4 / 5);
  expect(pit[1]).toBeLessThan(1);
  expect(pit[2]).toBeGreaterThan(2 / 5);
  expect(pit[2]).toBeLessThan(4 / 5);
});

test('is uniform where every rank is as likely, even with two samples a jet', () => {
  const ranks = Array.from({ length: 30_000 }, (_, jet) => jet % 3);
  const pit = pitFromRanks(totalsOf(ranks, Array(30_000).fill(0), 2), 'eta', 5);
  expect(ksPValue(ksDistance(pit), pit.length)).toBeGreaterThan(0.01);
});

test('is uniform where all samples equal the true value, as masses of zero do', () => {
  const pit = pitFromRanks(totalsOf(Array(30_000).fill(0), Array(30_000).fill(2), 2), 'mass', 5);
  expect(ksPValue(ksDistance(pit), pit.length)).toBeGreaterThan(0.01);
});

test('differs between variables and seeds, and not by where the work was cut', () => {
  const all = totalsOf(Array(100).fill(1), Array(100).fill(0), 3);
  const pit = pitFromRanks(all, 'pt', 1);
  expect(pitFromRanks(all, 'eta', 1)).not.toEqual(pit);
  expect(pitFromRanks(all, 'pt', 2)).not.toEqual(pit);
  const later = totalsOf(Array(40).fill(1), Array(40).fill(0), 3);
  expect(pitFromRanks(later, 'pt', 1, 60)).toEqual(pit.slice(60));
});
