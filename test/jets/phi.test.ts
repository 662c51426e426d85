import { expect, test } from '@jest/globals';
import { deltaPhi, deltaR, phiNear, wrapPhi } from '../../src/jets/phi.js';

test('wrapPhi leaves (-pi, pi] as it is, which is open below, and takes off any number of turns', () => {
  for (const phi of [-3.14, -1, 0, 1, 3.14, Math.PI]) expect(wrapPhi(phi)).toBe(phi);
  expect(wrapPhi(-Math.PI)).toBe(Math.PI);
  for (let turns = -5; turns <= 5; turns++) expect(wrapPhi(0.3 + turns * 2 * Math.PI)).toBeCloseTo(0.3, 12);
  expect(wrapPhi(Number.NaN)).toBeNaN();
});

test('distances go the short way across the seam', () => {
  expect(deltaPhi(-3.1, 3.1)).toBeCloseTo(2 * Math.PI - 6.2, 12);
  expect(deltaPhi(3.1, -3.1)).toBeCloseTo(6.2 - 2 * Math.PI, 12);
  expect(deltaR(1, 3.1, 1.3, -3.1)).toBeCloseTo(Math.hypot(0.3, 2 * Math.PI - 6.2), 12);
  expect(phiNear(-3.1, 3.1)).toBeCloseTo(2 * Math.PI - 3.1, 12);
  expect(phiNear(3.1, -3.1)).toBeCloseTo(3.1 - 2 * Math.PI, 12);
  expect(phiNear(1, 0.5)).toBe(1);
});
