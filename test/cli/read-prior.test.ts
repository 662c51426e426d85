import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readPrior } from '../../src/cli/read-prior.js';
import { InputError, UsageError } from '../../src/errors.js';
import { uhiJson } from '../../src/files/write-histograms.js';
import type { Stage } from '../../src/jets/columns.js';
import type { ModelCard } from '../../src/model/card.js';
import { fileOf } from '../files/files.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-prior-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const spectrum = {
  pt: [20, 40, 60, 100],
  absEta: [0, 1, 2],
  counts: [
    [4, 4],
    [2, 1],
    [1, 0],
  ],
};
const card = { task: 'correction', spectrum } as unknown as ModelCard;
/** What is wanted, back from log w. */
async function wanted(asked: string, weight?: string) {
  const { prior, notes } = await readPrior('bundle', card, asked, weight);
  const trained = spectrum.counts.flat();
  return { counts: [...prior.logRatio].map((log, i) => Math.exp(log) * trained[i]!), notes };
}

test('flat is an even density in pt and |eta|', async () => {
  expect((await wanted('flat')).counts.map((count) => Math.round(1e6 * count) / 1e6)).toEqual([
    ...[20, 20, 20, 20, 40],
    Number.NaN,
  ]);
});

describe('a histogram of hist in Python', () => {
  test('of pt and eta: both signs together, the bins cut at the cells’ edges', async () => {
    const { counts, notes } = await wanted(fileOf('spectrum-pt-eta.json'));
    [4, 0, 0, 2, 0].forEach((count, i) => {
      expect(counts[i]).toBeCloseTo(count, 12);
    });
    // 4 of 15 where training had none, 5 above 100 GeV.
    expect(notes).toEqual([
      expect.stringContaining('the histogram spectrum of'),
      expect.stringMatching(/^60 % of .* lies where training had no gen jets/),
    ]);
  });

  test('of pt: |eta| as in training; the one called pt/gen of several', async () => {
    const { counts, notes } = await wanted(fileOf('spectrum-pt.json'));
    // [10, 20) 1 jet, [20, 40) 2, [40, 80) 1: half of it to [40, 60), half to [60, 100).
    [1, 1, 1 / 3, 1 / 6, 0.5].forEach((count, i) => {
      expect(counts[i]).toBeCloseTo(count, 12);
    });
    expect(notes[0]).toContain('pt/gen');
    expect(notes[1]).toMatch(/^40 % of/);
  });

  test('of a study of a correction, and of fold: the true or the folded gen jets', async () => {
    const counts = { axis: 'pt', label: 'pt [GeV]', edges: [20, 40, 60], underflow: 0, overflow: 0 };
    const file = join(root, 'report.json');
    const write = (name: string, stage: Stage) =>
      writeFileSync(
        file,
        uhiJson([
          { ...counts, name, stage, values: [1, 2] },
          { ...counts, name: 'pt/predicted', stage, values: [5, 5], band: { low: [4, 4], high: [6, 6] } },
          { ...counts, name: 'pt/closure', axis: 'pit', edges: [0, 0.5, 1], values: [1, 1] },
        ]),
      );
    for (const name of ['pt/true', 'pt/folded']) {
      write(name, 'gen');
      const { counts: found, notes } = await wanted(file);
      expect(found.slice(0, 4)).toEqual([0.5, 0.5, 4 / 3, 2 / 3].map((count) => expect.closeTo(count, 9)));
      expect(notes[0]).toContain(name);
    }
    write('pt/true', 'reco');
    await expect(wanted(file)).rejects.toThrow(/no histogram of counts of gen jets/);
  });

  const hist = (axes: unknown, values: unknown) =>
    JSON.stringify({ uhi_schema: 1, axes, storage: { type: 'double', values } });
  const axis = (name: string, edges: number[]) => ({
    type: 'variable',
    edges,
    underflow: false,
    overflow: false,
    metadata: { name },
  });
  test.each([
    ['no JSON', '{', /no JSON of histograms/],
    ['an axis of another name', hist([axis('mass', [0, 1])], [1]), /no histogram of counts/],
    ['too few values', hist([axis('pt', [1, 2, 3])], [1]), /no histogram of counts/],
    ['falling edges', hist([axis('pt', [10, 5])], [1]), /edges must increase/],
    ['a bin below 0', hist([axis('pt', [10, 50])], [-1]), /below 0/],
    ['nothing in the trained range', hist([axis('pt', [1, 2])], [3]), /no jets where the model was trained/],
  ])('%s is refused', async (name, text, message) => {
    const file = join(root, `${name}.json`);
    writeFileSync(file, text);
    await expect(wanted(file)).rejects.toThrow(InputError);
    await expect(wanted(file)).rejects.toThrow(message);
  });
});

describe('a table of jets', () => {
  const file = join(root, 'prior.csv');
  const rows = [
    [25, -0.5, 0, 5, 1],
    [50, 0.5, 0, 5, 2],
    [100, 0.5, 0, 5, 0],
    [500, 0.5, 0, 5, 1],
  ];
  writeFileSync(file, ['gen_pt,gen_eta,gen_phi,gen_mass,w', ...rows.map((row) => row.join(','))].join('\n'));

  test('counts its gen jets, weighted by a column', async () => {
    expect((await wanted(file)).counts.slice(0, 5)).toEqual([
      1,
      0,
      expect.closeTo(1, 9),
      0,
      expect.closeTo(1, 9),
    ]);
    const { counts, notes } = await wanted(file, 'w');
    expect(counts.slice(0, 5)).toEqual([1, 0, expect.closeTo(2, 9), 0, 0]);
    expect(notes).toEqual([expect.stringMatching(/^prior: 4 gen jets/), expect.stringMatching(/^25 % of/)]);
  });

  test('a weight below 0, a weight of no jets, are refused', async () => {
    const bad = join(root, 'bad.csv');
    writeFileSync(bad, 'gen_pt,gen_eta,gen_phi,gen_mass,w\n30,0,0,5,-1\n');
    await expect(wanted(bad, 'w')).rejects.toThrow(/row 1: w is -1/);
    await expect(wanted('flat', 'w')).rejects.toThrow(UsageError);
  });
});
