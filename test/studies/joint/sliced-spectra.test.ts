import { expect, test } from '@jest/globals';
import { VARIABLES } from '../../../src/jets/columns.js';
import { ksDistance, ksPValue } from '../../../src/stats/ks.js';
import { slicedSpectra } from '../../../src/studies/joint/sliced-spectra.js';
import { jointInput } from './joint-input.js';

const SAMPLES = 31;
const JETS = 1200;

function ofSeed(
  seed: number,
  bend: (target: number, k: number, pt: number) => number = (target) => target,
  [count, samples] = [JETS, SAMPLES],
) {
  const { jets, sampledTargets, ...input } = jointInput(count, samples, seed);
  const targets = input.targets.map((target, i) => bend(target, i % 4, jets[i - (i % 4)]!));
  return { jets, targets, sampledTargets, slices: slicedSpectra(jets, targets, sampledTargets, seed) };
}

test('each slice holds its jets, each bin those between its edges, as a plain count says', () => {
  const { jets, targets, sampledTargets, slices } = ofSeed(1);
  expect(slices.filter(({ of }) => of === 'pt').reduce((sum, slice) => sum + slice.jets, 0)).toBe(JETS);
  const slice = slices.find(({ of, low }) => of === 'pt' && low === 30)!;
  const members = Array.from({ length: JETS }, (_, jet) => jet).filter(
    (jet) => jets[4 * jet]! >= 30 && jets[4 * jet]! < 60,
  );
  expect(slice).toMatchObject({ jets: members.length, high: 60 });
  const { edges, truth, median } = slice.variables!.mass;
  const inBin = (value: number, bin: number) =>
    (bin === 0 || value >= edges[bin - 1]!) && (bin === 11 || value < edges[bin]!);
  const count = (values: number[], bin: number) => values.filter((value) => inBin(value, bin)).length;
  const own = members.map((jet) => targets[4 * jet + 3]!);
  expect(truth).toEqual(Array.from({ length: 12 }, (_, bin) => count(own, bin)));
  const counts = Array.from({ length: SAMPLES }, (_, s) =>
    count(
      members.map((jet) => sampledTargets[(jet * SAMPLES + s) * 4 + 3]!),
      5,
    ),
  ).sort((a, b) => a - b);
  expect(median[5]).toBe(counts[15]);
});

test('too few jets are left out', () => {
  for (const { jets, variables } of ofSeed(2).slices) expect(variables === null).toBe(jets < 100);
});

test('p-values of a right model are uniform (false alarm 1 in 1000)', () => {
  // One slice of one variable each: those of one data set share jets.
  const pValues = Array.from({ length: 50 }, (_, i) => {
    const { variables } = ofSeed(10 + i, undefined, [300, 7]).slices[0]!;
    return variables![VARIABLES[i % 4]!].chiSquared;
  });
  expect(ksPValue(ksDistance(pValues), pValues.length)).toBeGreaterThan(0.001);
});

test('a shift in one slice shows there and in no other', () => {
  const { slices } = ofSeed(3, (target, k, pt) => target + (k === 0 && pt >= 60 && pt < 120 ? 0.1 : 0));
  const least = 1 / (SAMPLES + 1);
  for (const { of, low, variables } of slices.filter((slice) => slice.of === 'pt' && slice.variables))
    expect([of, low, variables!.pt.ks <= least]).toEqual([of, low, low === 60]);
});
