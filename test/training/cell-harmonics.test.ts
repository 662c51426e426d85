import { describe, expect, test } from '@jest/globals';
import { harmonicValue } from '../../src/model/transforms.js';
import { cellHarmonics } from '../../training/cell-harmonics.js';

describe('harmonics of cells', () => {
  const ofPhi = cellHarmonics(72).filter(({ column }) => column === 'phi');

  test('none for no cells', () => expect(cellHarmonics(0)).toEqual([]));

  test('sine and cosine of one and of two cells, in eta and in phi, sines first', () => {
    expect(cellHarmonics(72).map(({ column, wave, frequency }) => `${wave} ${frequency} ${column}`)).toEqual([
      'sine 36 eta',
      'sine 72 eta',
      'sine 36 phi',
      'sine 72 phi',
      'cosine 36 eta',
      'cosine 72 eta',
      'cosine 36 phi',
      'cosine 72 phi',
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
