import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openChecked } from '../../src/engines/open.js';
import { openOrt } from '../../src/engines/ort-node.js';
import { BundleError } from '../../src/errors.js';
import { readBundle } from '../../src/model/bundle-node.js';
import { readBundle as readInPage } from '../../src/model/bundle-web.js';
import { GRAPH_FILES } from '../../src/model/card.js';
import { PROJECT_ROOT } from '../project-root.js';
import { randomJets, randomTau } from '../random-jets.js';
import { makeTinyBundle, tinyBundle } from '../tiny-bundle.js';

describe('a bundle in a folder', () => {
  let work: string;
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'jet-iqn-bundle-'));
  });
  afterAll(() => rm(work, { recursive: true }));

  test('is loaded as it was made', async () => {
    const made = await makeTinyBundle(join(work, 'whole'), { kind: 'paper' });
    const loaded = await readBundle(join(work, 'whole'));
    expect(loaded.card).toEqual(made.card);
    expect(loaded.sha256).toBe(made.sha256);
    expect(loaded.sha256).toMatch(/^[0-9a-f]{64}$/);
    // Another one where a graph is another.
    const [again, other] = await Promise.all([
      tinyBundle({ kind: 'paper' }),
      tinyBundle({ kind: 'paper', seed: 2 }),
    ]);
    expect([loaded.sha256 === again.sha256, loaded.sha256 === other.sha256]).toEqual([true, false]);
    for (const file of GRAPH_FILES)
      expect(Buffer.from(loaded.graphs[file]!).equals(made.graphs[file]!)).toBe(true);
  });

  test('of the first format gives what its network gives in today’s', async () => {
    const old = await readBundle(join(PROJECT_ROOT, 'test/model/bundle-1'));
    const now = await tinyBundle({ tauInput: 'both', floor: 20 });
    expect([old.card.format, now.card.format]).toEqual(['jet-iqn-bundle/1', 'jet-iqn-bundle/2']);
    expect(
      (await readInPage({ ...old.graphs, 'model.json': Buffer.from(JSON.stringify(old.card)) })).sha256,
    ).toBe(old.sha256);
    const [rows, samples] = [16, 16];
    const jets = randomJets(rows, 4);
    const tau = randomTau(rows * samples, 1);
    const known = randomJets(rows, 4, 5).filter((_, index) => index % 4 < 3);
    const step = Uint8Array.from({ length: rows }, (_, row) => row % 4);
    const made = [];
    for (const bundle of [old, now]) {
      const graph = await openOrt(bundle);
      await (await openChecked(bundle, 'wasm')).close();
      const predictions = new Float32Array(tau.length);
      await graph.predict(jets, tau, predictions, rows, samples);
      const { value, slope } = await graph.quantile(jets, known, step, tau.subarray(0, rows));
      made.push([predictions, value, slope].map((values) => [...values]));
      await graph.close();
    }
    expect(made[0]).toEqual(made[1]);
  });

  test.each([
    [
      'that is not there',
      async () => {},
      'has no model.json; a bundle is a folder that jet-iqn export makes',
    ],
    [
      'with a damaged graph',
      async (folder: string) => truncate(join(folder, 'block.onnx'), 1000),
      'block.onnx is not the file that model.json describes',
    ],
    [
      'with a huge card',
      async (folder: string) => truncate(join(folder, 'model.json'), 1e9),
      'model.json has 1000000000 bytes, a bundle’s has at most 1048576',
    ],
    [
      'with a huge graph',
      async (folder: string) => truncate(join(folder, 'block.onnx'), 1e10),
      'block.onnx has 10000000000 bytes',
    ],
    ['without a graph', async (folder: string) => rm(join(folder, 'sampler.onnx')), 'has no sampler.onnx'],
    [
      'with a pipe for a card',
      async (folder: string) => {
        await rm(join(folder, 'model.json'));
        execFileSync('mkfifo', [join(folder, 'model.json')]);
      },
      'model.json is not a file',
    ],
  ])('%s is refused', async (title, change, message) => {
    const folder = join(work, title.replaceAll(' ', '-'));
    if (!title.endsWith('not there')) await makeTinyBundle(folder);
    await change(folder);
    const error: unknown = await readBundle(folder).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BundleError);
    expect((error as Error).message).toContain(`${folder}: ${message}`);
  });

  test('that is a file is refused', async () => {
    const file = join(work, 'jets.parquet');
    await writeFile(file, 'PAR1');
    await expect(readBundle(file)).rejects.toThrow('model.json cannot be read');
  });

  test('with the graph of another bundle is refused', async () => {
    const folder = join(work, 'mixed');
    await makeTinyBundle(folder);
    await mkdir(join(work, 'other'), { recursive: true });
    await makeTinyBundle(join(work, 'other'), { seed: 2 });
    await copyFile(join(work, 'other', 'block.onnx'), join(folder, 'block.onnx'));
    expect((await stat(folder)).isDirectory()).toBe(true);
    await expect(readBundle(folder)).rejects.toThrow('block.onnx is not the file that model.json describes');
  });
});
