import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ComparedRow } from '../../src/report/comparison.js';
import type { JointReport } from '../../src/studies/joint/joint-study.js';
import { hasJoint, type Report } from '../../src/studies/summarise.js';
import { study } from '../../src/study.js';
import { runHere } from '../cli/run-cli.js';
import { jointEngine } from '../joint-engine.js';
import { makeReferenceJets } from '../reference-detector.js';
import { referenceCard } from '../studies/reference-card.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-compare-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string) => join(root, name);

let report: Report;

/** What stands at places of a report, "joint.scores.crps.pt.model", becomes something else. */
type Changes = Readonly<Record<string, (before: number) => unknown>>;

/** The report with changes, in a folder of its own. */
function saved(name: string, changes: Changes = {}): string {
  const copy: unknown = structuredClone(report);
  for (const [path, change] of Object.entries(changes)) {
    const keys = path.split('.');
    const last = keys.pop()!;
    const place = keys.reduce(
      (part, key) => part[key] as Record<string, unknown>,
      copy as Record<string, unknown>,
    );
    place[last] = change(place[last] as number);
  }
  mkdirSync(at(name), { recursive: true });
  writeFileSync(join(at(name), 'report.json'), JSON.stringify(copy));
  return at(name);
}

beforeAll(async () => {
  const bundle = { source: 'none', card: referenceCard('simulation') };
  const jets = makeReferenceJets(700, 3);
  report = await study(bundle, jets, { samples: 20, threads: 2, engine: jointEngine() });
  if (!hasJoint(report)) throw new Error('no joint tests');
  const { crps } = report.joint.scores;
  const { error } = report.joint.model.c2st.auc;
  saved('a');
  saved('b', {
    bundle: () => ({ name: '<b>other</b>', sha256: 'ab'.repeat(32) }),
    'joint.scores.crps.pt.model': (value) => value + 3 * crps.pt.error,
    'joint.scores.crps.eta.model': (value) => value - 0.5 * Math.min(crps.eta.error, crps.eta.typicalError!),
    'joint.response': () =>
      (report as Report & { joint: JointReport }).joint.response.map(({ variables, ...range }) => {
        const { pt } = variables;
        const predicted = pt.width.predicted.map((width) => 1.5 * width);
        return { ...range, variables: { ...variables, pt: { ...pt, width: { ...pt.width, predicted } } } };
      }),
    'joint.model.c2st.auc.auc': () => 0.5 - 4 * error,
    'variables.mass.closure.ks': (value) => value + 1,
    'model.multiplicationsPerPrediction': () => 1000,
  });
});

test('numbers side by side; the better one is better by more than both errors', async () => {
  const { code, stdout, stderr } = await runHere('compare', at('a'), join(at('b'), 'report.json'), '--json');
  expect([code, stderr]).toEqual([0, '']);
  const { models, rows, jets, withoutJoint } = JSON.parse(stdout);
  expect(models).toMatchObject([
    { letter: 'A', name: report.bundle.name, report: at('a') },
    { letter: 'B', name: '<b>other</b>', report: join(at('b'), 'report.json') },
  ]);
  expect({ jets, withoutJoint }).toEqual({ jets: 700, withoutJoint: false });
  const row = (group: string, variable?: string): ComparedRow =>
    rows.find((each: ComparedRow) => each.group === group && each.variable === variable);
  const { joint } = report;
  if (!('scores' in joint)) throw new Error('no joint tests');
  const { model, error, typicalError } = joint.scores.crps.pt;
  expect(row('crps', 'pt')).toEqual({
    group: 'crps',
    variable: 'pt',
    values: [model, model + 3 * error].map((value) => ({ value, error, pairedError: typicalError })),
    better: 0,
  });
  expect(row('crps', 'eta').better).toBeNull();
  expect(row('energyScore').better).toBeNull();
  expect(row('closureDistance', 'mass').better).toBe(0);
  expect(row('multiplications').better).toBe(1);
  const { auc } = joint.model.c2st.auc;
  expect(row('aucMinusHalf').values[0]!.value).toBe(auc - 0.5);
  expect(row('aucMinusHalf').better).toBe(0);

  // The mean difference of the widths, jet by jet: each jet has that of its bin.
  const [own, other] = [1, 1.5].map((factor) => {
    const ofJets = joint.response
      .filter(({ along }) => along === 'pt')
      .flatMap(({ jetsPerBin, variables }) =>
        jetsPerBin.flatMap((count, bin) => {
          const { truth, predicted } = variables.pt.width;
          return Array<number>(count).fill(Math.abs((factor * predicted[bin]!) / truth[bin]! - 1));
        }),
      );
    expect(ofJets.length).toBeGreaterThan(200);
    return ofJets.reduce((sum, value) => sum + value, 0) / ofJets.length;
  });
  expect(row('resolution', 'pt').values[0]!.value).toBeCloseTo(own!, 10);
  expect(row('resolution', 'pt').values[1]!.value).toBeCloseTo(other!, 10);
  expect(row('resolution', 'pt').better).toBe(0);
});

test('a page with figures of all models, that runs nothing and escapes names; the same in the terminal', async () => {
  const page = at('compare.html');
  const { code, stdout } = await runHere('compare', at('a'), at('b'), '-o', page);
  expect(code).toBe(0);
  expect(stdout).toContain(page);
  const html = readFileSync(page, 'utf8');
  expect(html).not.toMatch(/<script|<link|<img|@import|url\(| style=|NaN|undefined|Infinity|<b>other/);
  expect(html).toContain("default-src 'none'");
  // Spectra and closures of four variables, scale and resolution, and a colour a model.
  const figures = html.match(/<svg /g)!.length - 2;
  expect((figures - 8) % 3).toBe(0);
  expect(figures).toBeGreaterThan(8);
  const ids = [...html.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
  expect([...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id)).toEqual(ids);
  // Both colours are in the spectra.
  for (const colour of ['#0072B2', '#D55E00']) expect(html).toContain(`stroke="${colour}"`);
  const bold = html.match(/<td><b>/g)!.length;
  expect(bold).toBe(stdout.match(/\* -?[\d\u2212]/g)!.length);
  expect(bold).toBeGreaterThan(3);
});

test('other jets in the joint tests: a comparison without them, and a word', async () => {
  const few = saved('few', { 'joint.response.0.jetsPerBin.0': (jets) => jets + 1 });
  const { code, stdout } = await runHere('compare', at('a'), few);
  expect(code).toBe(0);
  expect(stdout).toContain('No scores');
  const none = saved('none', { joint: () => ({}) });
  const json = await runHere('compare', at('a'), none, '--json', '-o', at('none.html'));
  expect(JSON.parse(json.stdout).withoutJoint).toBe(true);
  expect(readFileSync(at('none.html'), 'utf8')).toContain('Not compared');
});

test.each<[string, string, Changes[string], string]>([
  ['another file', 'input.sha256', () => 'f'.repeat(64), 'is of another file of jets'],
  ['fewer jets of it', 'jets', (jets) => jets - 1, 'is of other jets of'],
  ['other jets of it', 'variables.eta.marginal.truth.5', (jets) => jets + 1, 'is of other jets of'],
  ['another task', 'task', () => 'correction', 'is of another task (correction)'],
  ['an earlier version', 'format', () => 'jet-iqn-report/1', 'is no report of this version'],
  ['damaged scores', 'joint.scores.crps.pt.model', () => 'x', 'is damaged or altered (joint'],
  ['a number left out', 'variables.pt.closure.ks', () => undefined, 'variables.pt.closure.ks'],
])('%s: refused in one line', async (name, path, change, message) => {
  const other = saved(name, { [path]: change });
  const { code, stdout, stderr } = await runHere('compare', at('a'), other, '-o', at('x.html'));
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^jet-iqn: [^\n]+\n$/);
  expect(stderr).toContain(message);
});

test('one report, or more than six: a word', async () => {
  for (const count of [1, 7]) {
    const { code, stderr } = await runHere('compare', ...Array<string>(count).fill(at('a')));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('2 to 6 reports') });
  }
});
