/** Jets unlike those of the training: a word, or with --strict-range exit code 2 before anything is written. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readTaskJets } from '../../src/cli/task-jets.js';
import { InputError } from '../../src/errors.js';
import type { Stage } from '../../src/jets/columns.js';
import { readBundle } from '../../src/model/bundle-node.js';
import { STAGES_OF_TASK } from '../../src/model/tasks.js';
import { EVENTS, fileOf } from '../files/files.js';
import { PROJECT_ROOT } from '../project-root.js';
import { heard, runLine } from './run-cli.js';

const bundle = join(PROJECT_ROOT, 'models', 'simulation');
const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-range-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const jets = join(folder, 'jets.csv');
// The last is beyond anything that 13 TeV make.
const rows = [
  [100, 0.1, 1, 12],
  [200, -0.4, 2, 20],
  [99_000, 0.2, 3, 700],
].map((jet) => [...jet, ...jet]);
const names = ['gen', 'reco'].flatMap((stage) =>
  ['pt', 'eta', 'phi', 'mass'].map((name) => `${stage}_${name}`),
);
writeFileSync(jets, [names, ...rows].map((row) => row.join(',')).join('\n'));

test.each([
  ['sample', 'samples'],
  ['study', 'study'],
  ['predict', 'predicted.csv'],
  ['fold', 'folded.json'],
])('%s --strict-range refuses them, in one line that names column and count', async (command, file) => {
  const output = join(folder, file);
  const { code, stderr } = await runLine(`${command} ${bundle} ${jets} -o ${output} --strict-range`);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^jet-iqn: [^\n]*jets\.csv: [^\n]*pt[^\n]*--strict-range[^\n]*\n$/);
  expect(existsSync(output)).toBe(false);
});

test('without it there is a warning, which --quiet leaves out, and jets inside have none', async () => {
  const { card } = await readBundle(bundle);
  const read = (strictRange: boolean, quiet: boolean, limit = 3) =>
    heard(() => readTaskJets(jets, card, { quiet, strictRange, limit }));
  const { value, stderr } = await read(false, false);
  expect(value).toMatchObject({ table: { rows: 3 }, notes: { outside: 1, dropped: {} } });
  expect(stderr).toMatch(/^Warning: pt of 1 of 3 jets is outside /);
  expect((await read(false, true)).stderr).toBe('');
  expect((await read(true, false, 2)).stderr).toBe('');
  await expect(read(true, true)).rejects.toThrow(InputError);
});

describe('of a NanoAOD', () => {
  const nano = fileOf('nanoaod-v9.root');
  const read = async (model: string, stages?: readonly Stage[]) => {
    const { card } = await readBundle(join(PROJECT_ROOT, 'models', model));
    const { input } = STAGES_OF_TASK[card.task];
    const options = { stages: stages ?? [input], keys: true, quiet: false, strictRange: false };
    return heard(() => readTaskJets(nano, card, options));
  };

  test('a correction is given every raw jet and a simulation every gen jet, with its keys as whole numbers', async () => {
    const { value: raw, stderr: ofRaw } = await read('correction');
    expect([...raw.table.columns.raw_pt!]).toEqual(EVENTS.all.raw_pt);
    expect(Object.keys(raw.table.kept!)).toEqual(['run', 'luminosityBlock', 'event', 'jetIdx']);
    const { value: gen, stderr: ofGen } = await read('simulation');
    expect([...gen.table.columns.gen_pt!]).toEqual(EVENTS.gens.gen_pt);
    expect(Object.keys(gen.table.kept!)).toEqual(['run', 'luminosityBlock', 'event', 'genJetIdx']);
    expect(gen.table.kept!.event).toBeInstanceOf(BigUint64Array);
    expect(Array.from(gen.table.kept!.event as BigUint64Array, String)).toEqual(EVENTS.gens.event);
    for (const { notes, table } of [raw, gen]) {
      expect(notes.dropped).toEqual({});
      expect(table.source).not.toHaveProperty('dropped');
    }
    expect(ofRaw + ofGen).not.toMatch(/left out/);
  });

  test('pairs are asked for by both stages, and who is in none is counted, said and kept with the source', async () => {
    const { value, stderr } = await read('simulation', ['gen', 'reco']);
    const { table, notes } = value;
    expect([...table.columns.reco_pt!]).toEqual(EVENTS.matched.reco_pt);
    expect(Object.keys(table.kept!).slice(3)).toEqual(['genJetIdx', 'jetIdx']);
    const dropped = {
      'no gen jet matched': EVENTS.unmatched,
      'matched gen jet not stored in the file': EVENTS.beyond,
      'gen jets without a jet': EVENTS.gensWithoutJet,
    };
    expect(notes.dropped).toEqual(dropped);
    expect(table.source.dropped).toEqual(dropped);
    expect(stderr).toContain(`left out are ${EVENTS.unmatched} (no gen jet matched), ${EVENTS.beyond} (`);
  });
});
