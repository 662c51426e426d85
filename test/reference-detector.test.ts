import { describe, expect, test } from '@jest/globals';
import { columnsOf } from '../src/jets/columns.js';
import { STAGES_OF_TASK, TASKS } from '../src/model/tasks.js';
import { TARGET_TRANSFORMS, targetValue } from '../src/model/transforms.js';
import {
  exactCdf,
  exactQuantile,
  exactTargetDensity,
  expectedPinball,
  makeReferenceJets,
  referenceSession,
} from './reference-detector.js';
import { LOGISTIC, SKEW_HIGH, SKEW_LOW } from './reference-shapes.js';

const SHAPES = { LOGISTIC, SKEW_LOW, SKEW_HIGH };

/** The integral of f over (0, 1) by the midpoint rule. */
function integrate(f: (u: number) => number, steps = 200_000): number {
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += f((i + 0.5) / steps);
  return sum / steps;
}

describe.each(Object.entries(SHAPES))('%s', (_, shape) => {
  test('has mean 0 and SD 1', () => {
    expect(integrate((u) => shape.quantile(u))).toBeCloseTo(0, 4);
    expect(integrate((u) => shape.quantile(u) ** 2)).toBeCloseTo(1, 3);
  });

  test('cdf undoes quantile, from tail to tail', () => {
    for (const tau of [6e-8, 1e-4, 0.1, 0.5, 0.9, 1 - 1e-4, 1 - 6e-8]) {
      expect(shape.cdf(shape.quantile(tau))).toBeCloseTo(tau, 12);
    }
  });

  test('density is the slope of the cdf', () => {
    for (const z of [-5, -1, 0, 0.3, 2, 6]) {
      expect(shape.density(z)).toBeCloseTo((shape.cdf(z + 1e-5) - shape.cdf(z - 1e-5)) / 2e-5, 8);
    }
  });

  test('expected pinball loss agrees with its definition', () => {
    for (const tau of [0.05, 0.5, 0.8]) {
      const q = shape.quantile(tau);
      const naive = integrate((u) => {
        const error = shape.quantile(u) - q;
        return Math.max(tau * error, (tau - 1) * error);
      });
      expect(shape.pinball(tau)).toBeCloseTo(naive, 4);
    }
    expect(integrate((tau) => shape.pinball(tau))).toBeCloseTo(shape.meanPinball, 6);
  });
});

describe.each(TASKS)('the reference detector, %s', (task) => {
  const table = makeReferenceJets(20_000, 3, task);
  const { input, target } = STAGES_OF_TASK[task];
  const row = (stage: typeof input, index: number) =>
    columnsOf(stage).map((name) => table.columns[name]![index]!);

  test('makes jets that readers accept', () => {
    for (const stage of ['raw', 'reco', 'gen'] as const) {
      for (let index = 0; index < table.rows; index++) {
        const [pt, , phi, mass] = row(stage, index);
        if (!(pt! > 0 && mass! >= 0 && Math.abs(phi!) <= Math.fround(Math.PI)))
          throw new Error(`${stage} ${index}`);
      }
    }
  });

  test('conditional CDFs of the target jets are uniform and uncorrelated', () => {
    const u = [0, 1, 2, 3].map((step) =>
      Array.from({ length: table.rows }, (_, index) =>
        exactCdf(step, row(input, index), row(target, index), row(target, index)[step]!),
      ),
    );
    // Mean 1/2 with error 1/sqrt(12 N), correlation with error 1/sqrt(N): five of each.
    const error = 1 / Math.sqrt(table.rows);
    for (let i = 0; i < 4; i++) {
      expect(Math.abs(mean(u[i]!) - 0.5)).toBeLessThan((5 * error) / Math.sqrt(12));
      for (let j = 0; j < i; j++) {
        const product = mean(u[i]!.map((value, index) => 12 * (value - 0.5) * (u[j]![index]! - 0.5)));
        expect(Math.abs(product)).toBeLessThan(5 * error);
      }
    }
  });

  test('target jets depend on each other and on the input jet', () => {
    const residual = (variable: 'pt' | 'eta' | 'phi' | 'mass', step: number) =>
      Array.from({ length: table.rows }, (_, index) =>
        targetValue(TARGET_TRANSFORMS[variable], row(target, index)[step]!, row(input, index)[step]!),
      );
    const [pt, eta, phi, mass] = [
      residual('pt', 0),
      residual('eta', 1),
      residual('phi', 2),
      residual('mass', 3),
    ];
    for (const [a, b] of [
      [pt, eta],
      [eta, phi],
      [pt, mass],
    ] as const) {
      expect(correlation(a, b)).toBeGreaterThan(0.25);
    }
    const soft = pt.filter((_, index) => row(input, index)[0]! < 40);
    const hard = pt.filter((_, index) => row(input, index)[0]! > 200);
    expect(sd(soft)).toBeGreaterThan(2 * sd(hard));
  });

  test('no model expects a lower pinball loss than expectedPinball', () => {
    const loss = expectedPinball(table, task);
    const grid = Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200);
    const onGrid = expectedPinball(table, task, grid);
    for (let step = 0; step < 4; step++) {
      expect(onGrid[step]! / loss[step]!).toBeCloseTo(1, 3);
      // The loss measured with exact quantiles, a tau for each jet: the same within five of its errors.
      const transform = TARGET_TRANSFORMS[(['pt', 'eta', 'phi', 'mass'] as const)[step]!];
      const measured = Array.from({ length: table.rows }, (_, index) => {
        const tau = grid[index % 200]!;
        const [jet, answer] = [row(input, index), row(target, index)];
        const quantile = exactQuantile(step, jet, answer, tau);
        const error = targetValue(transform, answer[step]!, quantile);
        return Math.max(tau * error, (tau - 1) * error);
      });
      const spread = (5 * sd(measured)) / Math.sqrt(table.rows);
      expect(Math.abs(mean(measured) - loss[step]!)).toBeLessThan(spread);
    }
  });
});

test('some jets cross the seam of phi', () => {
  const { columns } = makeReferenceJets(2_000, 3);
  const crossing = columns.gen_phi!.filter((phi, index) => Math.abs(phi - columns.reco_phi![index]!) > 6);
  expect(crossing.length).toBeGreaterThan(5);
});

test('density integrates to one and its integral is the CDF', () => {
  const jet = [50, 1.1, 3.1, 9];
  const known = [42, 1.13, -3.12];
  for (let step = 0; step < 4; step++) {
    const [low, high] = [0.2, 0.9].map((tau) => exactQuantile(step, jet, known, tau));
    // The integral of density over its cdf's interval: a mean of 1 / (dQ/dtau) dQ over tau.
    const transform = TARGET_TRANSFORMS[(['pt', 'eta', 'phi', 'mass'] as const)[step]!];
    const width = targetValue(transform, high!, low!);
    const mass = integrate((u) => {
      const value = physicalFrom(step, low!, u * width);
      return exactTargetDensity(step, jet, known, value) * width;
    }, 2_000);
    expect(mass).toBeCloseTo(0.7, 6);
    expect(exactCdf(step, jet, known, high!) - exactCdf(step, jet, known, low!)).toBeCloseTo(0.7, 12);
  }
});

test('the session gives the exact quantiles, each prediction from only its own jet and tau', async () => {
  const session = referenceSession();
  const jets = Float32Array.from([50, 1.1, 3.1, 9, 300, -2, -3.1, 40]);
  const tau = Float32Array.from({ length: 24 }, (_, i) => (i + 0.5) / 24);
  const predictions = new Float32Array(24);
  await session.predict(jets, tau, predictions, 2, 3);
  for (let row = 0; row < 2; row++) {
    for (let sample = 0; sample < 3; sample++) {
      const known: number[] = [];
      for (let step = 0; step < 4; step++) {
        const at = (4 * row + step) * 3 + sample;
        known.push(exactQuantile(step, jets.subarray(4 * row), known, tau[at]!));
        expect(predictions[at]! / known[step]!).toBeCloseTo(1, 6);
      }
    }
  }
  const alone = new Float32Array(4);
  await session.predict(
    jets.slice(4),
    Float32Array.from([tau[12]!, tau[15]!, tau[18]!, tau[21]!]),
    alone,
    1,
    1,
  );
  expect([...alone]).toEqual([predictions[12], predictions[15], predictions[18], predictions[21]]);
  await session.close();
});

function physicalFrom(step: number, from: number, target: number): number {
  if (step === 0) return from * Math.exp(target);
  return step === 3 ? (from + 0.7) * Math.exp(target) - 0.7 : from + target;
}
function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
function sd(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}
function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return mean(a.map((value, i) => (value - meanA) * (b[i]! - meanB))) / (sd(a) * sd(b));
}
