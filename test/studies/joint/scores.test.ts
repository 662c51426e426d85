import { expect, test } from '@jest/globals';
import { VARIABLES } from '../../../src/jets/columns.js';
import { makeGenerator } from '../../../src/stats/generator.js';
import { pinball } from '../../../src/stats/pinball.js';
import { scores } from '../../../src/studies/joint/scores.js';
import { jointInput } from './joint-input.js';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('as the double sums over samples have them, jet by jet', () => {
  const [count, samples] = [30, 9];
  const { jets, targets, sampledTargets } = jointInput(count, samples, 3);
  const { targets: control } = jointInput(count, 2, 4);
  const typical = new Float32Array(targets.length);
  const found = scores(jets, sampledTargets, { truth: targets, control, typical });
  const physical = (k: number, jet: number, target: number) =>
    k === 0
      ? jets[4 * jet]! * Math.exp(target)
      : k === 3
        ? (jets[4 * jet + 3]! + 0.7) * Math.exp(target) - 0.7
        : jets[4 * jet + k]! + target;
  const vectors = (set: Float32Array, at: number) => [0, 1, 2, 3].map((k) => set[at + k]!);
  const expected = (
    value: (set: Float32Array, jet: number, at: number) => number[],
    forecast: 'samples' | 'typical',
    truth: Float32Array,
  ) =>
    Array.from({ length: count }, (_, jet) => {
      const y = value(truth, jet, 4 * jet);
      const xs =
        forecast === 'typical'
          ? [value(typical, jet, 4 * jet)]
          : Array.from({ length: samples }, (__, s) => value(sampledTargets, jet, 4 * (jet * samples + s)));
      const distance = (a: number[], b: number[]) =>
        Math.sqrt(a.reduce((sum, own, i) => sum + (own - b[i]!) ** 2, 0));
      let pairs = 0;
      for (const [i, x] of xs.entries())
        for (const [j, z] of xs.entries()) if (i !== j) pairs += distance(x, z);
      return (
        mean(xs.map((x) => distance(x, y))) - (xs.length > 1 ? pairs / (2 * xs.length * (xs.length - 1)) : 0)
      );
    });
  const check = (score: typeof found.energy, value: Parameters<typeof expected>[0]) => {
    const [model, own, typicals] = [
      expected(value, 'samples', targets),
      expected(value, 'samples', control),
      expected(value, 'typical', targets),
    ];
    const error = (values: number[]) =>
      Math.sqrt(mean(values.map((each) => (each - mean(values)) ** 2)) / values.length);
    const less = (other: number[]) => error(model.map((each, jet) => each - other[jet]!));
    for (const [name, wanted] of Object.entries({
      ...{ model: mean(model), error: error(model), control: mean(own), controlError: less(own) },
      ...{ typical: mean(typicals), typicalError: less(typicals) },
    }))
      expect(score[name as keyof typeof score]! / wanted).toBeCloseTo(1, 6);
  };
  VARIABLES.forEach((variable, k) => {
    check(found.crps[variable], (set, jet, at) => [physical(k, jet, set[at + k]!)]);
  });
  const widths = VARIABLES.map((variable) => found.widths[variable]);
  check(found.energy, (set, _, at) => vectors(set, at).map((value, k) => value / widths[k]!));
});

/** Standard normal forecasts of eta for jets whose true values are standard normal around `shift`. */
function gaussian(count: number, samples: number, shift: number) {
  const generator = makeGenerator(8, 94);
  const normal = (length: number) => Float32Array.from({ length }, () => generator.normal());
  const jets = Float32Array.from({ length: 4 * count }, () => 1);
  const truth = normal(4 * count).map((value) => value + shift);
  return { jets, truth, control: normal(4 * count), sampled: normal(4 * count * samples) };
}

test('CRPS of a Gaussian: its closed form, for any number of samples (four standard errors)', () => {
  // Gneiting, Raftery 2007, eq. 21: at y for a standard normal y (2 Φ(y) - 1) + 2 φ(y) - 1/sqrt(π). Its mean over y
  // normal around d: E|X - y| - E|X - X'|/2, X - y normal around -d with SD sqrt(2).
  const normalCdf = (x: number) => {
    let sum = 0;
    for (let i = 0; i < 20_000; i++) sum += Math.exp(-(((x * (i + 0.5)) / 20_000) ** 2) / 2);
    return 0.5 + (x * sum) / 20_000 / Math.sqrt(2 * Math.PI);
  };
  for (const [samples, d] of [
    [2, 0],
    [15, 0],
    [15, 0.7],
  ] as const) {
    const { jets, sampled, ...scored } = gaussian(4000, samples, d);
    const { eta } = scores(jets, sampled, scored).crps;
    const folded =
      (2 / Math.sqrt(Math.PI)) * Math.exp((-d * d) / 4) + d * (2 * normalCdf(d / Math.SQRT2) - 1);
    expect(Math.abs(eta.model - (folded - 1 / Math.sqrt(Math.PI)))).toBeLessThan(4 * eta.error);
    // A right model scores as its control.
    if (d === 0) expect(Math.abs(eta.model - eta.control)).toBeLessThan(4 * eta.controlError);
    else expect(eta.model - eta.control).toBeGreaterThan(4 * eta.controlError);
    expect(eta.typical).toBeNull();
  }
});

test('the mean pinball loss over tau is half of the CRPS', () => {
  const { jets, truth, control } = gaussian(1, 1, 0.4);
  // The samples are the quantiles themselves: 2,001 levels of one jet.
  const levels = Array.from({ length: 2001 }, (_, i) => (i + 0.5) / 2001);
  const values = levels.map((tau) => Math.log(tau / (1 - tau)));
  const sampled = Float32Array.from({ length: 4 * levels.length }, (_, i) => values[i >> 2]!);
  const { eta } = scores(jets, sampled, { truth, control }).crps;
  const loss = mean(levels.map((tau, i) => pinball(truth[1]!, values[i]!, tau)));
  expect(eta.model).toBeCloseTo(2 * loss, 2);
});
