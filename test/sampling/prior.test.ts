/**
 * A correction under another spectrum. The model is the exact posterior p_A(gen pt, gen eta | raw pt, raw eta) of the
 * reference detector for gen jets of spectrum A, sampled by importance resampling of a quasi-random sequence; the jets
 * asked about are of spectrum B.
 */
import { expect, test } from '@jest/globals';
import { countedJets, genSpectrum } from '../../src/model/gen-spectrum.js';
import { flatCounts, makePrior, type Prior, posterior, type WantedCounts } from '../../src/sampling/prior.js';
import { quantiles } from '../../src/stats/quantile.js';
import { exactQuantile, exactTargetDensity, REFERENCE_RESPONSE } from '../reference-detector.js';
import { LOGISTIC } from '../reference-shapes.js';

/** Density ∝ pt^-power from 10 to 3000 GeV, and ∝ 1 - slope |eta| / 3 up to |eta| = 3. */
interface Spectrum {
  readonly power: number;
  readonly slope: number;
}
const A: Spectrum = { power: 1.5, slope: 0 };
const B: Spectrum = { power: 5, slope: 0.9 };
const [LEAST, MOST, MOST_ETA] = [10, 3000, 3];

function density({ power, slope }: Spectrum, pt: number, eta: number): number {
  const inside = pt >= LEAST && pt <= MOST && Math.abs(eta) <= MOST_ETA;
  return inside ? pt ** -power * (1 - (slope * Math.abs(eta)) / MOST_ETA) : 0;
}

function drawn({ power, slope }: Spectrum, uniform: () => number): [number, number] {
  const k = 1 - power;
  const pt = (LEAST ** k + uniform() * (MOST ** k - LEAST ** k)) ** (1 / k);
  for (;;) {
    const eta = MOST_ETA * (2 * uniform() - 1);
    if (uniform() < 1 - (slope * Math.abs(eta)) / MOST_ETA) return [pt, eta];
  }
}

function drawnColumns(spectrum: Spectrum, count: number, uniform: () => number) {
  const [pt, eta] = [new Float32Array(count), new Float32Array(count)];
  for (let jet = 0; jet < count; jet++) [pt[jet], eta[jet]] = drawn(spectrum, uniform) as [number, number];
  return { pt, eta };
}

/** mulberry32. */
function uniforms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
}

const PROPOSALS = 800;
const SAMPLES = 600;
/** How much wider proposals are than the response. */
const WIDER = 1.5;

/** Gen jets of A that may have given a raw one: written to pt and eta, [SAMPLES] each. */
function samplePosterior(raw: readonly number[], pt: Float32Array, eta: Float32Array, uniform: () => number) {
  const [ptStep, etaStep] = REFERENCE_RESPONSE;
  const [location, scale] = [ptStep!.location(raw, []), WIDER * ptStep!.scale(raw, [])];
  const etaScale = WIDER * etaStep!.scale(raw, [0]);
  const [u0, u1] = [uniform(), uniform()];
  const gens: [number, number][] = [];
  const sums = new Float64Array(PROPOSALS);
  let total = 0;
  for (let i = 0; i < PROPOSALS; i++) {
    // The plastic number's lattice, turned at random.
    const a = LOGISTIC.quantile(fraction(u0 + 0.7548776662466927 * i));
    const b = LOGISTIC.quantile(fraction(u1 + 0.5698402909980532 * i));
    const gen: [number, number] = [raw[0]! * Math.exp(-location - scale * a), raw[1]! + etaScale * b];
    const response = exactTargetDensity(0, gen, raw, raw[0]!) * exactTargetDensity(1, gen, raw, raw[1]!);
    // In ln pt: the density per GeV times pt.
    total += (response * density(A, ...gen) * gen[0]) / (LOGISTIC.density(a) * LOGISTIC.density(b));
    gens.push(gen);
    sums[i] = total;
  }
  const start = uniform();
  for (let i = 0, at = 0; i < SAMPLES; i++) {
    while (sums[at]! < ((i + start) / SAMPLES) * total) at++;
    [pt[i], eta[i]] = gens[at] as [number, number];
  }
}

function fraction(value: number): number {
  return Math.min(1 - 1e-9, Math.max(1e-9, value - Math.floor(value)));
}

test('of jets of another spectrum the weighted 68 % intervals hold 68 ± 1.5 % in pt, the others do not', () => {
  const uniform = uniforms(7);
  const trained = drawnColumns(A, 400_000, uniform);
  const spectrum = genSpectrum(trained.pt, trained.eta);
  const wanted = drawnColumns(B, 400_000, uniform);
  const { counts, outside } = countedJets(spectrum, wanted.pt, wanted.eta);
  expect(outside).toBeLessThan(50);
  const priors: Record<string, Prior> = {
    trained: makePrior(spectrum, spectrum.counts),
    wanted: makePrior(spectrum, counts),
  };
  const jets = 4000;
  const held = { trained: 0, wanted: 0 };
  const samples = new Float32Array(4 * SAMPLES).fill(1);
  let worth = 0;
  for (let jet = 0; jet < jets; jet++) {
    const gen = drawn(B, uniform);
    const raw: number[] = [];
    for (const step of [0, 1]) raw.push(exactQuantile(step, gen, raw, uniform()));
    samplePosterior(raw, samples.subarray(0, SAMPLES), samples.subarray(SAMPLES, 2 * SAMPLES), uniform);
    for (const name of ['trained', 'wanted'] as const) {
      const found = posterior(samples, [1], priors[name]!, [0.16, 0.84]);
      const [low, high] = found.quantiles as unknown as [number, number];
      if (gen[0] >= low && gen[0] <= high) held[name]++;
      if (name === 'wanted') worth += found.effectiveSamples[0]! / SAMPLES / jets;
    }
  }
  expect(Math.abs(held.wanted / jets - 0.68)).toBeLessThan(0.015);
  expect(held.trained / jets).toBeLessThan(0.62);
  expect(worth).toBeGreaterThan(0.3);
}, 120_000);

test('the training’s own spectrum as prior changes nothing: all samples count, quantiles are R-7', () => {
  const { pt, eta } = drawnColumns(A, 5000, uniforms(1));
  const spectrum = genSpectrum(pt, eta);
  const samples = new Float32Array(4 * 500).map((_, i) => (i < 500 ? pt[i]! : i < 1000 ? eta[i]! : 1));
  const found = posterior(samples, [1], makePrior(spectrum, spectrum.counts), [0.16, 0.5]);
  const expected = quantiles(samples.subarray(0, 500), [0.16, 0.5]).map(Math.fround);
  expect([...found.quantiles.subarray(0, 2)]).toEqual(expected);
  expect(found.effectiveSamples[0]).toBe(500);
  expect(found.untrained).toBe(0);
});

test('between two power laws the weight is the power of pt, not a step a cell', () => {
  const pt = Array.from({ length: 9 }, (_, i) => 10 * 2 ** i);
  // Counts of pt^-1 and of pt^-3 in cells even in ln pt.
  const counts = (power: number): WantedCounts =>
    pt.slice(1).map((high, i) => [power === 1 ? Math.log(high / pt[i]!) : (pt[i]! ** -2 - high ** -2) / 2]);
  const prior = makePrior({ pt, absEta: [0, 5], counts: counts(1) }, counts(3));
  const values = Float32Array.of(20, 25, 33, 60, 190, 1000);
  const samples = new Float32Array(4 * values.length).fill(1);
  samples.set(values);
  const weights = [...values].map((value) => value ** -2);
  const sum = (all: readonly number[]) => all.reduce((total, value) => total + value, 0);
  const { effectiveSamples } = posterior(samples, [1], prior, [0.5]);
  expect(effectiveSamples[0]).toBeCloseTo(sum(weights) ** 2 / sum(weights.map((w) => w * w)), 4);
});

test('flat is even in pt and |eta|; what training did not have or nobody wants does not count', () => {
  const spectrum = {
    pt: [10, 20, 40],
    absEta: [0, 1, 3],
    counts: [
      [5, 4],
      [1, 0],
    ],
  };
  expect(flatCounts(spectrum)).toEqual([
    [10, 20],
    [20, 40],
  ]);
  const samples = (pt: number, eta: number) => Float32Array.of(pt, pt, eta, eta, 0, 0, 1, 1);
  const flat = makePrior(spectrum, flatCounts(spectrum));
  expect(posterior(samples(30, 2), [0], flat, [0.5])).toMatchObject({
    untrained: 2,
    effectiveSamples: Float32Array.of(0),
  });
  expect(posterior(samples(5, 0), [0], flat, [0.5]).untrained).toBe(2);
  const none = posterior(
    samples(15, 0.5),
    [0],
    makePrior(spectrum, [
      [0, 1],
      [1, 1],
    ]),
    [0.5],
  );
  expect(none.untrained).toBe(0);
  expect(none.effectiveSamples[0]).toBe(0);
  expect([...none.quantiles]).toEqual([NaN, NaN, NaN, NaN]);
});

test('phi is weighted around the seam', () => {
  const spectrum = { pt: [10, 20], absEta: [0, 1], counts: [[1]] };
  const samples = Float32Array.of(15, 15, 15, 0, 0, 0, 3.1, -3.1, -3.0, 5, 5, 5);
  const { quantiles: found } = posterior(samples, [3.1], makePrior(spectrum, [[1]]), [0.5]);
  expect(found[2]).toBeCloseTo(-3.1, 6);
});

test('a spectrum holds every jet once, the outermost too, and jets all alike', () => {
  const { pt, eta } = drawnColumns(A, 10_000, uniforms(2));
  const total = (counts: WantedCounts) => counts.flat().reduce((sum, count) => sum + count, 0);
  expect(total(genSpectrum(pt, eta).counts)).toBe(10_000);
  expect(
    total(
      genSpectrum(
        pt,
        eta,
        pt.map(() => 0.5),
      ).counts,
    ),
  ).toBe(5000);
  expect(total(genSpectrum(new Float32Array(5).fill(30), new Float32Array(5)).counts)).toBe(5);
});
