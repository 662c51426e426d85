import { expect, test } from '@jest/globals';
import { highestPlace } from '../../../src/model/likelihood/ascent.js';
import { ballPlaces } from '../../../src/model/likelihood/design.js';
import {
  derivativesAt,
  FOURTH_POWERS,
  fitPolynomial,
  termsUpTo,
} from '../../../src/model/likelihood/polynomial.js';

/** A cubic with two fourth powers. */
function cubic([a, b, c, d]: ArrayLike<number> & Iterable<number>): number {
  return (
    2 - a! + 0.5 * a! * b! - 0.3 * b! ** 3 + a! * b! * c! - 0.7 * c! ** 2 * d! + 0.1 * d! ** 4 - 0.2 * a! ** 4
  );
}

test('there are (n + 4 over 4) terms up to degree n', () => {
  expect([0, 1, 2, 3].map((degree) => termsUpTo(degree).length)).toEqual([1, 5, 15, 35]);
});

test('a polynomial is found again from its values, with its derivatives', () => {
  const places = ballPlaces(36);
  const rows = Array.from({ length: places.length / 4 }, (_, n) => places.subarray(4 * n, 4 * n + 4));
  const values = rows.map(cubic);
  const weights = rows.map((_, n) => 1 + (n % 3));
  const fit = fitPolynomial([...termsUpTo(3), ...FOURTH_POWERS], places, values, weights)!;
  const at = [0.3, -0.6, 0.4, 0.9];
  const { value, gradient, second } = derivativesAt(fit, at);
  expect(value).toBeCloseTo(cubic(at), 8);
  const h = 1e-3;
  const moved = (by: readonly number[]) => cubic(at.map((z, k) => z + h * by[k]!));
  const unit = (k: number) => [0, 1, 2, 3].map((j) => (j === k ? 1 : 0));
  for (let i = 0; i < 4; i++) {
    expect(gradient[i]).toBeCloseTo((moved(unit(i)) - moved(unit(i).map((z) => -z))) / (2 * h), 5);
    for (let j = 0; j < 4; j++) {
      const both = (si: number, sj: number) => moved(unit(i).map((z, k) => si * z + sj * unit(j)[k]!));
      const mixed = (both(1, 1) - both(1, -1) - both(-1, 1) + both(-1, -1)) / (4 * h * h);
      expect(second[4 * i + j]).toBeCloseTo(mixed, 4);
    }
  }
});

test('places that lie in a plane determine no cubic', () => {
  const places = ballPlaces(36).map((z, i) => (i % 4 === 0 ? 0 : z));
  const ones = new Float64Array(places.length / 4).fill(1);
  expect(fitPolynomial(termsUpTo(3), places, ones, ones)).toBeUndefined();
});

test('the top of a tilted parabola, free and against a limit', () => {
  const terms = termsUpTo(2);
  // -(a - 1)² - (b + 0.5)² - 0.8 (a - 1)(b + 0.5) - c² - d²
  const parabola = ([a, b, c, d]: Iterable<number>) =>
    -((a! - 1) ** 2) - (b! + 0.5) ** 2 - 0.8 * (a! - 1) * (b! + 0.5) - c! ** 2 - d! ** 2;
  const places = ballPlaces(20);
  const rows = Array.from({ length: places.length / 4 }, (_, n) => places.subarray(4 * n, 4 * n + 4));
  const fit = fitPolynomial(
    terms,
    places,
    rows.map(parabola),
    rows.map(() => 1),
  )!;
  const top = (high: number[]) =>
    highestPlace((z) => derivativesAt(fit, z), [0, 0, 0, 0], [-3, -3, -3, -3], high).place;
  const free = top([3, 3, 3, 3]);
  [1, -0.5, 0, 0].forEach((value, k) => {
    expect(free[k]).toBeCloseTo(value, 2);
  });
  // With a held at 0.5, b = -0.5 + 0.4 · 0.5.
  const held = top([0.5, 3, 3, 3]);
  expect(held[0]).toBe(0.5);
  expect(held[1]).toBeCloseTo(-0.3, 2);
});
