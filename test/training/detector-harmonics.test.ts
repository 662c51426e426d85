import { describe, expect, test } from '@jest/globals';
import { harmonicValue } from '../../src/model/transforms.js';
import { detectorHarmonics } from '../../training/detector-harmonics.js';

describe('harmonics of a detector', () => {
  const ofPhi = detectorHarmonics(72).filter(({ column }) => column === 'phi');

  test('three orders of the double cell in eta and in phi, sines first, then the regions of |eta|', () => {
    expect(
      detectorHarmonics(72).map(({ column, wave, frequency }) => `${wave} ${frequency} ${column}`),
    ).toEqual([
      ...['sine', 'cosine'].flatMap((wave) =>
        ['eta', 'phi'].flatMap((column) =>
          [36, 72, 108].map((frequency) => `${wave} ${frequency} ${column}`),
        ),
      ),
      'cosine 1 eta',
      'cosine 2 eta',
      'cosine 4 eta',
    ]);
  });

  test('close at the seam of phi', () => {
    for (const harmonic of ofPhi)
      expect(harmonicValue(harmonic, Math.PI)).toBeCloseTo(harmonicValue(harmonic, -Math.PI), 10);
  });

  test('repeat every double cell, and differ within one', () => {
    const cell = (2 * Math.PI) / 72;
    const values = (phi: number) => ofPhi.map((harmonic) => harmonicValue(harmonic, phi));
    for (const [i, value] of values(0.3).entries()) expect(values(0.3 + 2 * cell)[i]).toBeCloseTo(value, 10);
    expect(
      Math.max(...values(0.3).map((value, i) => Math.abs(value - values(0.3 + cell / 2)[i]!))),
    ).toBeGreaterThan(1);
  });
});
