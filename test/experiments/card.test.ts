import { expect, test } from '@jest/globals';
import { cardFigures } from '../../experiments/card.js';
import type { Report } from '../../src/studies/summarise.js';

/** 100 jets in 4 bins, as much of a report as a card reads. */
function smallReport(): Report {
  const variable = {
    closure: { ks: 0.1, pValue: 0.3, counts: [20, 30, 20, 30], expected: 25 },
    median: { meanAbsError: 2, sdError: 5, typicalMeanAbsError: 2.5, typicalSdError: 6 },
  };
  return {
    input: { name: 'jets.parquet', sha256: 'ab' },
    jets: 100,
    samples: 10,
    seed: 1,
    engine: 'ort',
    variables: { pt: variable, eta: variable, phi: variable, mass: variable },
    joint: {},
    verdict: { passed: true, reasons: [] },
  } as unknown as Report;
}

test('the outermost bins stand over what is expected, with their binomial error', () => {
  const { closure } = cardFigures(smallReport()) as {
    closure: Record<string, { firstBin: number; lastBin: number; error: number }>;
  };
  expect(closure.mass!.firstBin).toBeCloseTo(0.8, 12);
  expect(closure.mass!.lastBin).toBeCloseTo(1.2, 12);
  // sqrt(0.25 · 0.75 / 100) / 0.25
  expect(closure.mass!.error).toBeCloseTo(0.1732, 4);
});

test('the error of a mean is the deviation over the square root of the jets', () => {
  const { median } = cardFigures(smallReport()) as { median: Record<string, { error: number }> };
  expect(median.pt!.error).toBeCloseTo(0.5, 12);
});

test('a study without joint tests leaves them out', () => {
  expect(cardFigures(smallReport())).not.toHaveProperty('joint');
});
