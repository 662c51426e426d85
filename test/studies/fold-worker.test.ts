import { describe, expect, test } from '@jest/globals';
import { byVariable, VARIABLES } from '../../src/jets/columns.js';
import { fillTau } from '../../src/stats/tau.js';
import { addSpectra } from '../../src/studies/fold.js';
import { emptySpectra, foldBlock } from '../../src/studies/fold-worker.js';
import { closedFormSession } from '../sampling/closed-form-session.js';

const edges = byVariable(
  (_, step) =>
    [
      [70, 90, 100, 130],
      [-5, 0, 5],
      [-4, 0, 4],
      [0, 50, 100],
    ].map((list) => Float32Array.from(list))[step]!,
);
const session = closedFormSession();
const jets = (count: number) => Float32Array.from({ length: 4 * count }, (_, i) => [100, 1, 0.5, 10][i % 4]!);
const S = 400;

/** pt' = pt (0.7 + 0.6 u): for pt = 100 uniform on [70, 130], so the shares of the bins are known. */
const SHARES = [20 / 60, 10 / 60, 30 / 60];

describe('folding', () => {
  test('the closed-form response: shares of the bins, times the weights', async () => {
    const count = 500;
    const weights = Float32Array.from({ length: count }, (_, i) => (i % 4 === 0 ? -0.5 : 1));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const { pt } = await foldBlock(session, { keys: 0, jets: jets(count), weights }, edges, S, 1);
    const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
    SHARES.forEach((share, bin) => {
      // What S samples a jet leave of noise: five standard deviations.
      const noise = Math.sqrt((squares * share * (1 - share)) / S);
      expect(Math.abs(pt.expected[bin + 1]! - total * share)).toBeLessThan(5 * noise);
      const variance = squares * (share * share + (share * (1 - share)) / S);
      expect(pt.variance[bin + 1]! / variance).toBeCloseTo(1, 1);
    });
    expect(pt.expected.reduce((sum, value) => sum + value, 0)).toBeCloseTo(total, 3);
    expect([pt.expected[0], pt.expected[4]]).toEqual([0, 0]);
  });

  test('blocks add up to the whole, to the last bit of their sums', async () => {
    const weights = Float32Array.from({ length: 100 }, (_, i) => 1 + (i % 3));
    const whole = await foldBlock(session, { keys: 7, jets: jets(100), weights }, edges, S, 3);
    const total = emptySpectra(edges);
    for (const [first, end] of [
      [0, 40],
      [40, 100],
    ] as const) {
      const block = { keys: 7 + first, jets: jets(end - first), weights: weights.slice(first, end) };
      addSpectra(total, await foldBlock(session, block, edges, S, 3));
    }
    total.mass.expected.forEach((value, bin) => {
      expect(value).toBeCloseTo(whole.mass.expected[bin]!, 9);
    });
  });

  test('jets that all differ, more than are sampled at a time, against one at a time', async () => {
    const [count, samples, seed, firstJet] = [70, 9, 4, 11];
    const table = Float32Array.from({ length: 4 * count }, (_, i) => {
      const jet = i >> 2;
      return [60 + jet, Math.sin(jet) * 5, Math.cos(jet) * 3, 5 + 2 * jet][i % 4]!;
    });
    const weights = Float32Array.from({ length: count }, (_, jet) => Math.cos(3 * jet));
    const found = await foldBlock(session, { keys: firstJet, jets: table, weights }, edges, samples, seed);
    const tau = new Float32Array(4 * samples);
    const predictions = new Float32Array(4 * samples);
    const expected = byVariable((variable) => edges[variable].length + 1);
    const naive = byVariable((variable) => ({
      expected: new Array<number>(expected[variable]).fill(0),
      variance: new Array<number>(expected[variable]).fill(0),
    }));
    for (let jet = 0; jet < count; jet++) {
      fillTau(tau, seed, firstJet + jet, 1, 0, samples);
      await session.predict(table.subarray(4 * jet, 4 * jet + 4), tau, predictions, 1, samples);
      for (const [step, variable] of VARIABLES.entries()) {
        const bins = [...predictions.subarray(step * samples, (step + 1) * samples)].map(
          (value) => edges[variable].filter((edge) => edge <= value).length,
        );
        for (let bin = 0; bin < expected[variable]; bin++) {
          const share = bins.filter((own) => own === bin).length / samples;
          const w = weights[jet]!;
          naive[variable].expected[bin]! += w * share;
          naive[variable].variance[bin]! +=
            w ** 2 * share ** 2 + (w ** 2 * share * (1 - share)) / (samples - 1);
        }
      }
    }
    for (const variable of VARIABLES)
      for (const of of ['expected', 'variance'] as const) {
        expect(found[variable][of]).toHaveLength(expected[variable]);
        for (const [bin, value] of naive[variable][of].entries())
          expect(found[variable][of][bin]).toBeCloseTo(value, 12);
      }
  });
});
