/** Jets unlike those of the training: a word, or with --strict-range exit code 2 before anything is written. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { run } from '../../src/cli/main.js';
import { readTaskJets } from '../../src/cli/task-jets.js';
import { InputError } from '../../src/errors.js';
import { readBundle } from '../../src/model/bundle-node.js';
import { PROJECT_ROOT } from '../project-root.js';

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

let written = '';
beforeEach(() => {
  written = '';
  for (const stream of ['stdout', 'stderr'] as const)
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('--strict-range refuses them, in one line that names column and count', () => {
  test.each([
    ['sample', 'samples'],
    ['study', 'study'],
    ['predict', 'predicted.csv'],
    ['fold', 'folded.json'],
  ])('%s', async (command, file) => {
    const output = join(folder, file);
    expect(await run([command, bundle, jets, '-o', output, '--strict-range'])).toBe(2);
    expect(written).toMatch(/^jet-iqn: [^\n]*jets\.csv: [^\n]*pt[^\n]*--strict-range[^\n]*\n$/);
    expect(existsSync(output)).toBe(false);
  });
});

test('without it there is a warning, which --quiet leaves out, and jets inside have none', async () => {
  const { card } = await readBundle(bundle);
  const read = (strictRange: boolean, quiet: boolean, limit = 3) =>
    readTaskJets(jets, card, { quiet, strictRange, limit });
  expect(await read(false, false)).toMatchObject({
    table: { rows: 3 },
    notes: { outside: 1, dropped: {} },
  });
  expect(written).toMatch(/^Warning: pt of 1 of 3 jets is outside /);
  written = '';
  await read(false, true);
  await read(true, false, 2);
  expect(written).toBe('');
  await expect(read(true, true)).rejects.toThrow(InputError);
});
