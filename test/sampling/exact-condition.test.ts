import { expect, test } from '@jest/globals';
import { VARIABLES } from '../../src/jets/columns.js';
import { TARGET_TRANSFORMS } from '../../src/model/transforms.js';
import { exactCondition } from '../../src/sampling/exact-condition.js';
import { makeGenerator } from '../../src/stats/generator.js';
import { referenceConditional } from '../reference-conditional.js';
import {
  exactCdf,
  exactTargetDensity,
  makeReferenceJets,
  REFERENCE_RESPONSE,
} from '../reference-detector.js';

const COUNT = 500;
const table = makeReferenceJets(COUNT, 5);
const rowsOf = (stage: 'gen' | 'reco') =>
  Float32Array.from({ length: 4 * COUNT }, (_, i) => table.columns[`${stage}_${VARIABLES[i % 4]}`]![i >> 2]);
const jets = rowsOf('gen');
const truth = rowsOf('reco');
const condition = exactCondition(referenceConditional(), jets);

test('the CDF is the exact one, phi across the seam included', async () => {
  const { tau, counts } = await condition.cdf(truth);
  for (let i = 0; i < tau.length; i++) {
    const jet = 4 * (i >> 2);
    const exact = exactCdf(i % 4, jets.subarray(jet, jet + 4), truth.subarray(jet, jet + 4), truth[i]);
    // pt, mass and phi are float32: 6e-8 relative, over widths of a hundredth.
    expect(Math.abs(tau[i] - exact)).toBeLessThan(3e-5);
  }
  for (const variable of VARIABLES) expect(counts[variable]).toEqual({ crossed: 0, below: 0, above: 0 });
});

test('the density is the exact one in physical units', async () => {
  const { logDensity } = await condition.cdf(truth);
  for (let jet = 0; jet < COUNT; jet++) {
    const x = jets.subarray(4 * jet, 4 * jet + 4);
    const y = truth.subarray(4 * jet, 4 * jet + 4);
    let expected = 0;
    VARIABLES.forEach((variable, step) => {
      const { transform, offset } = TARGET_TRANSFORMS[variable];
      // d target / d value: 1 / (value + offset) for log ratios.
      const jacobian = transform === 'log-ratio' ? 1 / (y[step] + offset) : 1;
      expected += Math.log(exactTargetDensity(step, x, y, y[step]) * jacobian);
    });
    expect(Math.abs(logDensity[jet] - expected)).toBeLessThan(2e-3);
  }
});

test('cdf(quantile(tau)) = tau', async () => {
  const generator = makeGenerator(1, 1);
  const tau = Float32Array.from({ length: 4 * COUNT }, () => 0.001 + 0.998 * generator.uniform());
  const { tau: back } = await condition.cdf(await condition.quantile(tau));
  for (let i = 0; i < tau.length; i++) expect(Math.abs(back[i] - tau[i])).toBeLessThan(3e-5);
});

test('the density integrates to one: the mean of p/q over draws from a wider detector with density q', async () => {
  const count = 2000;
  const x = jets.subarray(0, 4);
  const repeated = Float32Array.from({ length: 4 * count }, (_, i) => x[i % 4]);
  const wider = REFERENCE_RESPONSE.map((step) => ({
    ...step,
    scale: (...of: Parameters<typeof step.scale>) => 1.3 * step.scale(...of),
  }));
  const generator = makeGenerator(2, 1);
  const tau = Float32Array.from({ length: 4 * count }, () => generator.uniform());
  const drawn = await exactCondition(referenceConditional(wider), repeated).quantile(tau);
  const q = await exactCondition(referenceConditional(wider), repeated).cdf(drawn);
  const p = await exactCondition(referenceConditional(), repeated).cdf(drawn);
  const ratios = p.logDensity.map((log, i) => Math.exp(log - q.logDensity[i]));
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / count;
  const sd = Math.sqrt(ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / count);
  expect(sd / Math.sqrt(count)).toBeLessThan(0.03);
  // Three standard errors.
  expect(Math.abs(mean - 1)).toBeLessThan((3 * sd) / Math.sqrt(count));
});
