import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describedData, exportRun, notForText } from '../../export/export-run.js';
import { InputError, UsageError } from '../../src/errors.js';
import { readBundle } from '../../src/model/bundle-node.js';
import { makeTinyRun, type TinyRunOptions } from '../tiny-run.js';

const GENERATED = 'Generated jets, not CMS data: of a toy.';

describe('a training run', () => {
  let work: string;
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'jet-iqn-export-'));
  });
  afterAll(() => rm(work, { recursive: true }));

  async function makeRun(name: string, options: TinyRunOptions = {}): Promise<string> {
    await makeTinyRun(join(work, name), options);
    return join(work, name);
  }

  test('becomes a bundle, of the best checkpoint or the last, whose card tells where it comes from', async () => {
    const stages: string[] = [];
    const run = await makeRun('alpha', { kind: 'paper', data: { description: GENERATED } });
    const onStage = (stage: string) => stages.push(stage);
    const made = await exportRun(run, join(work, 'alpha-model'), { onStage });
    const { card, sha256 } = await readBundle(join(work, 'alpha-model'));
    expect(card).toEqual(made.card);
    expect(sha256).toBe(made.sha256);
    expect(card).toMatchObject({
      name: 'alpha',
      task: 'simulation',
      licence: 'MIT',
      training: { command: 'jet-iqn train jets.parquet', epochs: 2, steps: 10, data: { rows: 1000 } },
      parity: { jets: 10_000, blockDiffers: 0 },
    });
    expect(card.description).toContain('the reco jet given the gen jet');
    for (const words of [card.description, card.training.data.description])
      expect(words).toContain(GENERATED);
    expect(card.notFor).toContain('the jets it was trained on are generated');
    expect(stages.at(-1)).toBe('writing the bundle');
    const last = await exportRun(run, join(work, 'last'), { checkpoint: 'last', name: 'alpha-last' });
    expect(last.card.name).toBe('alpha-last');
    expect(last.sha256).not.toBe(made.sha256);
  });

  test('that is not there, or not whole, is refused, and nothing is written', async () => {
    await expect(exportRun(join(work, 'nothing'), join(work, 'x'))).rejects.toThrow(InputError);
    const run = await makeRun('gamma');
    await rm(join(run, 'best', 'weights.bin'));
    await expect(exportRun(run, join(work, 'x'))).rejects.toThrow(InputError);
    expect(await readdir(work)).not.toContain('x');
  });

  test('is not exported under a name that is a path, nor into a folder of something else', async () => {
    const run = await makeRun('delta');
    await expect(exportRun(run, join(work, 'x'), { name: '../x' })).rejects.toThrow(UsageError);
    await expect(exportRun(run, run)).rejects.toThrow(UsageError);
    expect(await readdir(work)).not.toContain('x');
  });
});

test.each([
  ['says that they are generated', 'Generated jets of a toy.', 'Generated jets of a toy.', true],
  ['says what they are', 'My cut of it.', 'My cut of it.', false],
  ['says nothing', ' ', 'jets that nobody described', false],
])('the jets of a table that %s', (_, description, words, generated) => {
  const described = describedData(description);
  expect(described.description).toContain(words);
  expect(described.generated).toBe(generated);
});

test('a bundle trained on generated jets is not for physics results of an experiment', () => {
  expect(notForText(true)).toContain('the jets it was trained on are generated');
  expect(notForText(false)).not.toContain('generated');
  for (const generated of [true, false]) expect(notForText(generated)).toContain('Jets of another detector');
});
