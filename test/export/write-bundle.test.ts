import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { updateCard, writeBundle } from '../../export/write-bundle.js';
import { UsageError } from '../../src/errors.js';
import { readBundle } from '../../src/model/bundle-node.js';
import { GRAPH_FILES } from '../../src/model/card.js';
import { tinyBundle } from '../tiny-bundle.js';

const FILES = [...GRAPH_FILES, 'model.json'].sort();

describe('writing a bundle', () => {
  let work: string;
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'jet-iqn-write-'));
  });
  afterAll(() => rm(work, { recursive: true }));

  test('makes the folders on the way, and nothing beside the bundle', async () => {
    const folder = join(work, 'a', 'b', 'model');
    await writeBundle(folder, await tinyBundle());
    expect((await readdir(folder)).sort()).toEqual(FILES);
    expect(await readdir(join(work, 'a', 'b'))).toEqual(['model']);
  });

  test('replaces a bundle, and fills an empty folder', async () => {
    const folder = join(work, 'twice');
    await mkdir(folder);
    await writeBundle(folder, await tinyBundle());
    await writeBundle(`${folder}/`, await tinyBundle({ seed: 2 }));
    expect((await readBundle(folder)).sha256).toBe((await tinyBundle({ seed: 2 })).sha256);
    expect((await readdir(work)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('does not touch a folder with anything else in it', async () => {
    const folder = join(work, 'thesis');
    await mkdir(folder);
    await writeFile(join(folder, 'thesis.tex'), 'years of work');
    const writing = writeBundle(folder, await tinyBundle());
    await expect(writing).rejects.toThrow(UsageError);
    await expect(writing).rejects.toThrow(`${folder} holds thesis.tex, which is no part of a bundle`);
    expect(await readdir(folder)).toEqual(['thesis.tex']);
  });

  test('does not take a file for a folder', async () => {
    const file = join(work, 'file');
    await writeFile(file, '');
    await expect(writeBundle(file, await tinyBundle())).rejects.toThrow(
      `${file} cannot be a bundle’s folder`,
    );
  });

  test('leaves nothing behind where it fails', async () => {
    const bundle = await tinyBundle();
    const broken = {
      ...bundle,
      graphs: { ...bundle.graphs, 'block.onnx': undefined as unknown as Uint8Array },
    };
    await mkdir(join(work, 'empty'));
    await expect(writeBundle(join(work, 'empty', 'model'), broken)).rejects.toThrow();
    expect(await readdir(join(work, 'empty'))).toEqual([]);
  });

  test('figures are added to a card without a change to the graphs or to what identifies the model', async () => {
    const folder = join(work, 'measured');
    const bundle = await tinyBundle();
    await writeBundle(folder, bundle);
    await updateCard(folder, { metrics: { closure: { pt: 0.5 }, auc: 0.51 } });
    const card = await updateCard(folder, { metrics: { auc: 0.52 } });
    expect(card.metrics).toEqual({ closure: { pt: 0.5 }, auc: 0.52 });
    const loaded = await readBundle(folder);
    expect(loaded.card).toEqual(card);
    expect(loaded.sha256).toBe(bundle.sha256);
    expect((await readdir(folder)).sort()).toEqual(FILES);
    expect(await readFile(join(folder, 'model.json'), 'utf8')).toMatch(/\}\n$/);
  });
});
