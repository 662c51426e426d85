import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type QuantileRows, solveTau } from '../../src/sampling/solve-tau.js';

/** The same function for all rows. */
function rowsOf(f: (tau: number) => number, slope: (tau: number) => number): QuantileRows {
  return async (_, tau) => ({ value: tau.map(f), slope: tau.map(slope) });
}

const logistic = rowsOf(
  (tau) => Math.log(tau / (1 - tau)),
  (tau) => 1 / (tau * (1 - tau)),
);

describe('increasing functions', () => {
  test('logistic quantiles from tail to tail: tau to 1e-6, density to 1e-4', async () => {
    const values = [-14, -8, -1, 0, 0.3, 2, 9, 14];
    const { tau, density, crossed, below, above } = await solveTau(logistic, values);
    values.forEach((value, i) => {
      const expected = 1 / (1 + Math.exp(-value));
      // tau itself is float32, so near 1 only 6e-8 is known.
      expect(Math.abs(tau[i] - expected)).toBeLessThan(1e-6 * expected + 6e-8);
      if (Math.abs(value) < 10) expect(density[i] / (expected * (1 - expected))).toBeCloseTo(1, 3);
    });
    expect({ crossed, below, above }).toEqual({ crossed: 0, below: 0, above: 0 });
  });

  test('beyond the range: 0 and 1, counted', async () => {
    const solved = await solveTau(logistic, [-20, 20, 0]);
    expect([...solved.tau]).toEqual([0, 1, 0.5]);
    expect([...solved.density]).toEqual([0, 0, 0.25]);
    expect(solved).toMatchObject({ below: 1, above: 1, crossed: 0 });
  });

  test('steps and kinks are closed in on', async () => {
    const kinked = rowsOf(
      (tau) => (tau < 0.5 ? tau : 1000 * (tau - 0.5) + 0.5),
      (tau) => (tau < 0.5 ? 1 : 1000),
    );
    const { tau } = await solveTau(kinked, [0.25, 0.4999, 1.5, 400]);
    [0.25, 0.4999, 0.501, 0.8995].forEach((expected, i) => {
      expect(tau[i]).toBeCloseTo(expected, 6);
    });
  });

  test('each row has its own function, for any number of rows', async () => {
    const shifted: QuantileRows = async (rows, tau) => ({
      value: tau.map((t, i) => t + rows[i]),
      slope: tau.map(() => 1),
    });
    const values = Float64Array.from({ length: 20_000 }, (_, row) => row + ((row % 97) + 1) / 99);
    const { tau } = await solveTau(shifted, values);
    // Values of 20,000 are known to 1e-3 in float32.
    const largest = tau.reduce((max, t, row) => Math.max(max, Math.abs(t - ((row % 97) + 1) / 99)), 0);
    expect(largest).toBeLessThan(2e-3);
  });

  test('no value, no call', async () => {
    expect((await solveTau(logistic, [])).tau).toHaveLength(0);
  });
});

test('where f falls, F is the measure of {f ≤ y} and the density its slope', async () => {
  const wave = rowsOf(
    (tau) => tau + 0.3 * Math.sin(4 * Math.PI * tau),
    (tau) => 1 + 1.2 * Math.PI * Math.cos(4 * Math.PI * tau),
  );
  const f = (tau: number) => tau + 0.3 * Math.sin(4 * Math.PI * tau);
  const values = [0.1, 0.5, 0.77, 2, -1];
  const { tau, density, crossed, below, above } = await solveTau(wave, values);
  const measure = (y: number) => {
    let count = 0;
    for (let i = 0; i < 1e5; i++) if (f((i + 0.5) / 1e5) <= y) count++;
    return count / 1e5;
  };
  values.forEach((y, i) => {
    expect(tau[i]).toBeCloseTo(measure(y), 3);
    expect(density[i]).toBeCloseTo((measure(y + 5e-3) - measure(y - 5e-3)) / 1e-2, 1);
  });
  expect({ crossed, below, above }).toEqual({ crossed: 5, below: 1, above: 1 });
});

test('property: F(f(tau)) = tau for increasing sums of logistic, linear and cubic parts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.double({ min: 0.01, max: 5, noNaN: true }),
      fc.double({ min: 0, max: 5, noNaN: true }),
      fc.double({ min: 0, max: 5, noNaN: true }),
      fc.array(fc.double({ min: 1e-4, max: 0.9999, noNaN: true }), { minLength: 1, maxLength: 20 }),
      async (a, b, c, taus) => {
        const f = (t: number) => a * Math.log(t / (1 - t)) + b * t + c * (t - 0.5) ** 3;
        const slope = (t: number) => a / (t * (1 - t)) + b + 3 * c * (t - 0.5) ** 2;
        const { tau } = await solveTau(rowsOf(f, slope), taus.map(f));
        taus.forEach((t, i) => {
          // What float32 leaves of f, over its slope.
          const noise = (3e-7 * (Math.abs(f(t)) + b + a)) / slope(t);
          expect(Math.abs(tau[i] - t)).toBeLessThan(1e-6 + 4 * noise);
        });
      },
    ),
    { seed: 1, numRuns: 100 },
  );
});
