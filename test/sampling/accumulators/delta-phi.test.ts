import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deltaPhi } from '../../../src/jets/phi.js';
import { deltaPhi32, phiAt32 } from '../../../src/sampling/delta-phi.js';

const PI = Math.fround(Math.PI);
/** Even over the circle: fast-check's own floats are nearly all next to 0, far from the seam. */
const angles = fc
  .integer({ min: -(2 ** 23), max: 2 ** 23 })
  .map((part) => Math.fround((part / 2 ** 23) * PI));

test('deltaPhi32 is the smaller way round, to float32 rounding', () => {
  fc.assert(
    fc.property(angles, angles, (phi, origin) => {
      const d = deltaPhi32(phi, origin);
      expect(Math.abs(d)).toBeLessThanOrEqual(PI);
      expect(Math.abs(Math.sin((d - deltaPhi(phi, origin)) / 2))).toBeLessThan(1e-6);
    }),
  );
});

test('phiAt32 undoes it, to float32 rounding, and stays on the circle', () => {
  fc.assert(
    fc.property(angles, angles, (phi, origin) => {
      const back = phiAt32(origin, deltaPhi32(phi, origin));
      expect(back).toBeGreaterThan(-PI);
      expect(back).toBeLessThanOrEqual(PI);
      expect(Math.abs(Math.sin((back - phi) / 2))).toBeLessThan(1e-6);
    }),
  );
});

test('both sides of the seam', () => {
  expect(deltaPhi32(Math.fround(-3), Math.fround(3))).toBeCloseTo(2 * Math.PI - 6, 5);
  expect(deltaPhi32(Math.fround(3), Math.fround(-3))).toBeCloseTo(6 - 2 * Math.PI, 5);
  expect(deltaPhi32(0, PI)).toBe(PI);
  expect(phiAt32(3, 1)).toBeCloseTo(4 - 2 * Math.PI, 5);
  expect(phiAt32(-3, -1)).toBeCloseTo(2 * Math.PI - 4, 5);
  expect(phiAt32(PI, 0)).toBe(PI);
  expect(phiAt32(-PI, 0)).toBe(PI);
});
