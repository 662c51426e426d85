import { expect, test } from '@jest/globals';
import { InputError } from '../../src/errors.js';
import { checkJets, faultOf, mendedWarnings } from '../../src/jets/check.js';
import { columnsOf, type Variable } from '../../src/jets/columns.js';

/** One gen jet, and what is changed about it. */
function jet(change: Partial<Record<Variable, number>> = {}) {
  const { pt = 50, eta = 0.5, phi = 1, mass = 8 } = change;
  return {
    gen_pt: Float32Array.of(30, pt),
    gen_eta: Float32Array.of(0, eta),
    gen_phi: Float32Array.of(0, phi),
    gen_mass: Float32Array.of(5, mass),
  };
}

function check(change: Partial<Record<Variable, number>>) {
  const columns = jet(change);
  const mended = { masses: 0, phis: 0 };
  checkJets('jets.csv', columns, ['gen'], 100, mended);
  return { columns, mended };
}

test.each<[Partial<Record<Variable, number>>, string]>([
  [{ pt: Number.NaN }, 'row 101, column "gen_pt": NaN (not finite)'],
  [{ pt: Infinity }, 'row 101, column "gen_pt": Infinity (not finite)'],
  [{ pt: 0 }, 'column "gen_pt": 0 (pt not above 0)'],
  [{ pt: -5 }, 'column "gen_pt": -5 (pt not above 0)'],
  [{ eta: 10.5 }, 'column "gen_eta": 10.5 (|eta| above 10)'],
  [{ eta: -Infinity }, 'column "gen_eta": -Infinity (not finite)'],
  [{ phi: 90 }, 'column "gen_phi": 90 (phi not in radians)'],
  [{ mass: -0.5 }, 'column "gen_mass": -0.5 (mass negative)'],
  [{ mass: Number.NaN }, 'column "gen_mass": NaN (not finite)'],
])('%j is no jet: %s', (change, message) => {
  expect(() => check(change)).toThrow(InputError);
  expect(() => check(change)).toThrow(message);
});

test('masses down to -0.1 become 0 and are counted; those at 0 are left', () => {
  const { columns, mended } = check({ mass: -0.0999 });
  expect([...columns.gen_mass]).toEqual([5, 0]);
  expect(mended).toEqual({ masses: 1, phis: 0 });
  expect(check({ mass: 0 }).mended.masses).toBe(0);
  expect(mendedWarnings(mended)).toEqual(['1 masses between -0.1 and 0 GeV were set to 0']);
});

test('phi in [0, 2 pi) is wrapped and counted; rounding around pi is wrapped in silence', () => {
  const turned = check({ phi: 5 });
  expect(turned.columns.gen_phi[1]).toBeCloseTo(5 - 2 * Math.PI, 6);
  expect(turned.mended.phis).toBe(1);
  expect(mendedWarnings(turned.mended)[0]).toMatch(/1 values of phi/);
  const rounded = check({ phi: 3.1419 });
  expect(rounded.columns.gen_phi[1]).toBeLessThan(-3.14);
  expect(rounded.mended.phis).toBe(0);
});

test('the float32 nearest to pi stays', () => {
  for (const phi of [Math.fround(Math.PI), -Math.fround(Math.PI)]) {
    expect(check({ phi }).columns.gen_phi[1]).toBe(phi);
  }
});

test('faultOf and checkJets agree on every edge', () => {
  const infinite = [Number.NaN, Infinity, -Infinity];
  const edges = [...infinite, 0, -0, 1e-45, 10, 10.001, 6.2841, 6.2843, -0.1, -0.1001, 1e38];
  for (const [place, variable] of (['pt', 'eta', 'phi', 'mass'] as const).entries()) {
    for (const edge of edges.map(Math.fround)) {
      const change = { [variable]: edge };
      if (faultOf(variable, edge) === undefined) expect(() => check(change)).not.toThrow();
      else expect(() => check(change)).toThrow(columnsOf('gen')[place]);
    }
  }
});
