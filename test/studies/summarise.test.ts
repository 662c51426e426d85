import { beforeAll, describe, expect, test } from '@jest/globals';
import { VARIABLES } from '../../src/jets/columns.js';
import type { JetsTable } from '../../src/jets/table.js';
import { TASKS, type Task } from '../../src/model/tasks.js';
import type { StudyTotals } from '../../src/sampling/totals.js';
import { makeGenerator } from '../../src/stats/generator.js';
import type { JointReport } from '../../src/studies/joint/joint-study.js';
import { spectrumPValues } from '../../src/studies/replicates.js';
import { studyEdges } from '../../src/studies/spectrum-edges.js';
import type { Report } from '../../src/studies/summarise.js';
import { summarise } from '../../src/studies/summarise.js';
import {
  makeReferenceJets,
  REFERENCE_RESPONSE,
  type Response,
  referenceSession,
} from '../reference-detector.js';
import { studyPassWith } from '../sampling/study-pass.js';
import { REFERENCE_RUN, referenceCard } from './reference-card.js';

const JETS = 4000;
const SAMPLES = 50;
// With the exact quantiles a study fails one seed in a hundred, by the level of the verdict; this one is fixed.
const SEED = 1;

async function study(task: Task, response: Response = REFERENCE_RESPONSE): Promise<Report> {
  const table = makeReferenceJets(JETS, 11, task);
  return summarise(await totalsOf(table, task, response), table, referenceCard(task), REFERENCE_RUN);
}

function totalsOf(
  table: JetsTable,
  task: Task,
  response: Response = REFERENCE_RESPONSE,
): Promise<StudyTotals> {
  const edges = studyEdges(table, task);
  return studyPassWith(referenceSession(response), { table, task, samples: SAMPLES, seed: SEED, edges });
}

describe.each(TASKS)('exact quantiles of the reference detector, %s', (task) => {
  let report: Report;
  beforeAll(async () => {
    report = await study(task);
  });

  test('pass', () => {
    expect(report.verdict.passed).toBe(true);
    expect(report.verdict.reasons).toHaveLength(1);
  });

  test('true counts lie in the replicates band as often as they should', () => {
    let inside = 0;
    let bins = 0;
    for (const variable of VARIABLES) {
      const { truth, q16, q84, median } = report.variables[variable].marginal;
      truth.forEach((count, bin) => {
        if (median[bin] < 20) return;
        bins++;
        if (count >= q16[bin] && count <= q84[bin]) inside++;
      });
    }
    // 68 % of about 130 bins, each within the error of a band from 50 replicates: five standard deviations are 0.2.
    expect(bins).toBeGreaterThan(80);
    expect(Math.abs(inside / bins - 0.68)).toBeLessThan(0.2);
  });

  test('no jet is lost', () => {
    expect(report).toMatchObject({
      task,
      jets: JETS,
      samples: SAMPLES,
      predictions: JETS * SAMPLES,
      seed: 1,
    });
    for (const variable of VARIABLES) {
      const { truth, underflow, overflow } = report.variables[variable].marginal;
      expect(truth.reduce((a, b) => a + b, 0) + underflow.truth + overflow.truth).toBe(JETS);
      expect(report.variables[variable].closure.counts.reduce((a, b) => a + b, 0)).toBe(JETS);
    }
  });
});

test('a pt response scaled by 3 % fails in pt', async () => {
  const [pt, ...rest] = REFERENCE_RESPONSE;
  const scaled: Response = [
    { ...pt, location: (jet, pulls) => pt.location(jet, pulls) + Math.log(1.03) },
    ...rest,
  ];
  const { verdict } = await study('simulation', scaled);
  expect(verdict.passed).toBe(false);
  expect(verdict.reasons[0]).toMatch(
    /^pt is predicted .* too high in all jets \(\d+\.\d σ\): closure of pt, p /,
  );
});

test('a width of phi that is 20 % too small fails in phi', async () => {
  const [pt, eta, phi, mass] = REFERENCE_RESPONSE;
  const narrow: Response = [pt, eta, { ...phi, scale: (jet, pulls) => 0.8 * phi.scale(jet, pulls) }, mass];
  const { verdict } = await study('simulation', narrow);
  expect(verdict.reasons).toHaveLength(1);
  // Less than 20 %: a part of phi's spread comes from the pull of eta.
  expect(verdict.reasons[0]).toMatch(
    /^The width of phi is predicted 1\d\.\d % too small in all jets .*: closure of phi, p /,
  );
});

test('totals of other jets are refused, and a table without the target', async () => {
  const table = makeReferenceJets(10, 1);
  const totals = await totalsOf(table, 'simulation');
  const other = makeReferenceJets(11, 1);
  const refused = (jets: JetsTable) => () =>
    summarise(totals, jets, referenceCard('simulation'), REFERENCE_RUN);
  expect(refused(other)).toThrow('totals of 10 jets do not belong to a table of 11');
  const { reco_phi: _, ...columns } = table.columns;
  expect(refused({ ...table, columns })).toThrow('no column reco_phi');
});

describe('a report of a few jets', () => {
  const [jets, samples] = [600, 12];
  const table = makeReferenceJets(jets, 11);
  const card = referenceCard('simulation');
  let totals: StudyTotals;
  beforeAll(async () => {
    totals = await studyPassWith(referenceSession(REFERENCE_RESPONSE), {
      table,
      task: 'simulation',
      samples,
      seed: SEED,
      edges: studyEdges(table, 'simulation'),
    });
  });

  test.each([
    ['/data/jets.parquet', 'jets.parquet'],
    ['C:\\data\\jets.parquet', 'jets.parquet'],
    ['jets.parquet', 'jets.parquet'],
    ['jets/', ''],
  ])('names the input %p by its last part, %p', (name, last) => {
    const { input } = summarise(totals, { ...table, source: { name, sha256: 'f' } }, card, REFERENCE_RUN);
    expect(input).toEqual({ name: last, sha256: 'f' });
  });

  test('says of the model what its card says', () => {
    expect(summarise(totals, table, card, REFERENCE_RUN).model).toEqual({
      description: card.description,
      network: 'paper: 5 hidden layers of 50, tau input affine',
      parameters: 10_901,
      multiplicationsPerPrediction: 42_600,
      epochs: 0,
      licence: 'MIT',
      trainingData: { name: 'none', rows: 0, description: 'Generated jets, not CMS data.' },
    });
  });

  test('puts every test into the verdict, by name', () => {
    const { verdict, variables, joint } = summarise(totals, table, card, REFERENCE_RUN);
    expect(verdict.tests.map(({ name, pValue }) => [name, pValue])).toEqual([
      ...VARIABLES.map((variable) => [`closure of ${variable}`, variables[variable].closure.pValue]),
      ...VARIABLES.map((variable) => [
        `closure of ${variable} in slices of gen pt and |eta|`,
        variables[variable].slices.pValue,
      ]),
    ]);
    expect(joint).toEqual({});
  });

  test('the joint tests are among them where they have power', () => {
    const names = (withoutPower: boolean) => {
      const tests = [{ name: 'a joint test', pValue: 1e-9, jets: 7, effect: 'it fails' }];
      const joint = { withoutPower, model: { tests } } as unknown as JointReport;
      const report = summarise(totals, table, card, REFERENCE_RUN, joint);
      expect(report.joint).toBe(joint);
      return report.verdict.tests.map(({ name }) => name);
    };
    expect(names(false)).toHaveLength(9);
    expect(names(false).at(-1)).toBe('a joint test');
    expect(names(true)).toHaveLength(8);
  });

  test('the spectrum’s p-values rank the true counts among those of the replicates', () => {
    const { variables } = summarise(totals, table, card, REFERENCE_RUN);
    for (const [place, variable] of VARIABLES.entries()) {
      const { edges, counts } = totals.variables[variable];
      const bins = edges.length + 1;
      const truth = new Uint32Array(bins);
      for (const value of table.columns[`reco_${variable}`]!)
        truth[edges.filter((edge) => edge <= value).length]++;
      const all = Uint32Array.of(...truth, ...counts);
      expect(variables[variable].spectrum).toEqual(
        spectrumPValues(all, bins, makeGenerator(REFERENCE_RUN.seed, 5, place)),
      );
    }
  });

  test('a variable that is off says so in words, and where most', () => {
    // The true value above all samples in the barrel only, as far as the ranks say.
    const barrel = (jet: number) => Math.abs(table.columns.gen_eta![jet]!) < 1.3;
    const { eta } = totals.variables;
    const less = eta.less.map((count, jet) => (barrel(jet) ? samples : count));
    const equal = eta.equal.map((count, jet) => (barrel(jet) ? 0 : count));
    const variables = { ...totals.variables, eta: { ...eta, less, equal } };
    const { verdict, ...report } = summarise({ ...totals, variables }, table, card, REFERENCE_RUN);
    const { slices } = report.variables.eta;
    expect(slices.slices.find(({ of }) => of === '|eta|')!.jets).toBeGreaterThan(100);
    const failed = verdict.reasons.join(' ');
    expect(failed).toMatch(
      /eta is predicted [\d.]+ % of its width too low in all jets \([\d.]+ σ\): closure of eta, p /,
    );
    expect(failed).toMatch(
      /eta is predicted [\d.]+ % of its width too low for gen \|eta\| 0 to 1.3 \([\d.]+ σ\): closure of eta in/,
    );
  });
});
