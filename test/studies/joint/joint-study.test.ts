import { beforeAll, describe, expect, test } from '@jest/globals';
import { VARIABLES } from '../../../src/jets/columns.js';
import { reportHtml } from '../../../src/report/page.js';
import type { JointReport } from '../../../src/studies/joint/joint-study.js';
import { jointStudyInThreads } from '../../../src/studies/joint/joint-threads.js';
import { hasJoint, type Report } from '../../../src/studies/summarise.js';
import { study } from '../../../src/study.js';
import { jointEngine } from '../../joint-engine.js';
import { makeReferenceJets } from '../../reference-detector.js';
import { renderFigures } from '../../report/example-report.js';
import { closedFormEngine } from '../../sampling/closed-form-engine.js';
import { referenceCard } from '../reference-card.js';

const JETS = 2400;
const table = makeReferenceJets(JETS, 21);

function joint(threads: number, options = {}, jets = table): Promise<JointReport | undefined> {
  const { session, inputNames } = jointEngine(options);
  return jointStudyInThreads(session, jets, 'simulation', inputNames, { seed: 1, threads });
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

describe('exact quantiles', () => {
  let found: JointReport;
  beforeAll(async () => {
    found = (await joint(2))!;
  });

  // Nine tests on two sets: the smallest of 18 p-values is below 1e-4 for 2 seeds in 1000; this seed is fixed.
  test('pass, and so does the control', () => {
    for (const { tests } of [found.model, found.control]) {
      expect(tests.map(({ jets }) => jets)).toEqual(Array(9).fill(JETS));
      for (const { pValue } of tests) expect(pValue).toBeGreaterThan(1e-4);
    }
    expect(found).toMatchObject({ jets: JETS, withoutPower: false });
  });

  test('the exact PIT of the control is the tau it was drawn with: uniform, inside the range', () => {
    for (const variable of VARIABLES) {
      expect(found.control.rosenblatt.variables[variable]).toMatchObject({ below: 0, above: 0 });
      expect(found.range[variable]).toEqual({ crossed: 0, below: 0, above: 0 });
    }
  });

  test('the classifier’s AUC is half within its error, and its p-value counts', () => {
    for (const { c2st, tests } of [found.model, found.control]) {
      const { auc, jets, pValue } = c2st;
      expect(jets).toBe((JETS * 3) / 4);
      // Ten draws a jet: the error of the area is near sqrt(1 / 12 n), Hanley and McNeil 1982.
      expect(auc.error).toBeCloseTo(Math.sqrt(1.1 / (12 * jets)), 3);
      expect(Math.abs(auc.auc - 0.5)).toBeLessThan(4 * auc.error);
      expect(tests.find(({ name }) => name.startsWith('classifier'))!.pValue).toBe(pValue);
    }
  });

  test('is plain data, the same for any number of threads', async () => {
    const few = makeReferenceJets(600, 5);
    expect(plain(await joint(1, {}, few))).toEqual(plain(await joint(2, {}, few)));
  });
});

test('a missing correlation is found, named, and not in the control', async () => {
  const { model, control } = (await joint(2, { fault: 'uncorrelated' }))!;
  const byName = (tests: typeof model.tests, name: string) =>
    tests.find((each) => each.name.startsWith(name))!;
  expect(byName(model.tests, 'classifier').pValue).toBeLessThan(1e-4);
  expect(byName(model.tests, 'independence').pValue).toBeLessThan(1e-6);
  expect(byName(model.tests, 'independence').effect).toMatch(
    /^the correlation of pt and mass is predicted [\d.]+ too (low|high) in all jets/,
  );
  expect(byName(model.tests, 'correlations').effect).toContain('the correlation of pt and mass');
  for (const { pValue } of control.tests) expect(pValue).toBeGreaterThan(1e-4);
});

test.each([
  ['an engine that only samples', closedFormEngine(), table],
  ['a handful of jets', jointEngine(), makeReferenceJets(30, 1)],
])('%s: no joint tests', async (_, { session, inputNames }, jets) => {
  const options = { seed: 1, threads: 1 };
  expect(await jointStudyInThreads(session, jets, 'simulation', inputNames, options)).toBeUndefined();
});

describe('in a study', () => {
  let report: Report;
  beforeAll(async () => {
    const few = makeReferenceJets(300, 3);
    const bundle = { source: 'none', card: referenceCard('simulation') };
    report = await study(bundle, few, { samples: 20, threads: 2, engine: jointEngine() });
  });

  test('few jets are marked as without power and stay out of the verdict', () => {
    expect(report.joint).toMatchObject({ jets: 300, withoutPower: true });
    const names = report.verdict.tests.map(({ name }) => name);
    expect(names).toHaveLength(8);
    // Closures of the four variables, whole and in slices, which keep their level at any number of jets.
    for (const name of names) expect(name).toMatch(/^closure of/);
  });

  test('the page shows the tests beside the control, scale and resolution, and says what they cannot', async () => {
    const figures = await renderFigures(report);
    const responses = Object.keys(figures).filter((name) => name.startsWith('response-'));
    // Of 300 jets only few ranges have the 200 of a bin; each has three figures.
    expect(responses.length % 3).toBe(0);
    expect(responses.length).toBeGreaterThan(0);
    expect(Object.keys(figures)).toHaveLength(15 + responses.length);
    const page = await reportHtml(report, figures);
    expect(page.match(/<svg /g)).toHaveLength(15 + responses.length);
    expect(page.match(/<section id="\w+" class="test">/g)).toHaveLength(8);
    for (const svg of Object.values(figures)) expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(page).toContain('Too few jets');
    expect(page).toContain('the model’s own');
    if (!hasJoint(report)) throw new Error('no joint tests');
    expect(page).toContain('expected coverage (TARP)');
    expect(page).not.toMatch(/NaN|undefined|&lt;(th|td|i)\b/);
  });
});
