/** The shelf of models: cards of those that ship, a bundle of one's own, and bundles that are refused. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { GRAPH_FILES } from '../../src/model/card.js';
import { DATA_TYPE, decodeModel, encodeModel } from '../../src/model/onnx-proto.js';
import { fileOf, JETS } from '../files/files.js';
import { PROJECT_ROOT } from '../project-root.js';
import { makeTinyBundle } from '../tiny-bundle.js';
import { dropBytes, type NamedBytes } from './drop-files.js';
import { answered, firstAnswer, numbers } from './jet-view.js';
import { wordsOf as jetsWords, studied } from './jets-view.js';
import { type OpenedPage, sitePages } from './site-pages.js';

/** Bundles that ship: two tasks, of three networks each. */
const SHIPPED = 6;
const pages = sitePages();
let folder: string;
let opened: OpenedPage;
/** A network with an input of its own, "rho". */
let own: NamedBytes[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-models-'));
  await makeTinyBundle(folder, { extras: ['rho'], medians: { rho: 17.25 } });
  own = readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
  opened = await pages.open({ hash: '/models' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => expect(opened.faults.splice(0)).toEqual([]));

/** Drops a bundle. @returns what the page says of it. */
async function wordsOf(files: readonly NamedBytes[]): Promise<string> {
  const { page } = opened;
  await page.evaluate(() => document.querySelector('#models-status')!.replaceChildren());
  await dropBytes(page, '#view-models', files);
  const words = await page.waitForFunction(() => {
    const [error, status] = ['error', 'status'].map(
      (id) => document.querySelector<HTMLElement>(`#models-${id}`)!,
    );
    return error!.hidden ? status!.innerText.includes('checked') && status!.innerText : error!.innerText;
  });
  return words.jsonValue() as Promise<string>;
}

/** The bundle with one file changed. */
function changed(name: string, change: (bytes: Buffer) => Buffer): NamedBytes[] {
  return own.map((file) => (file.name === name ? { name, bytes: change(Buffer.from(file.bytes)) } : file));
}

test('the card of the model in use is open, and its checksums are those of the files', async () => {
  const { page } = opened;
  await page.waitForSelector('#models-list .card');
  const shown = await page.$$eval('#models-list .card tbody tr', (rows) =>
    rows.map((row) => [...row.children].map((cell) => cell.textContent)),
  );
  expect(shown.map(([name]) => name)).toEqual([...GRAPH_FILES]);
  for (const [name, , sha256, state] of shown) {
    const bytes = readFileSync(join(PROJECT_ROOT, 'models', 'simulation', name!));
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(state).toBe(name === 'quantiles.onnx' ? 'not read here' : 'checked');
  }
});

describe('a bundle of one’s own that is refused', () => {
  const text = (change: (card: string) => string) => (bytes: Buffer) => Buffer.from(change(bytes.toString()));
  const flip = (bytes: Buffer) => {
    bytes[bytes.length >> 1]! ^= 1;
    return bytes;
  };
  test.each<[string, () => NamedBytes[], RegExp]>([
    [
      'with a graph that was altered',
      () => changed('block.onnx', flip),
      /block.onnx is not the file that model.json describes \(sha256 differs\)/,
    ],
    [
      'without one of its files',
      () => own.filter(({ name }) => name !== 'conditional.onnx'),
      /conditional.onnx is missing; drop all files of the bundle together/,
    ],
    ['without a card', () => own.filter(({ name }) => name !== 'model.json'), /model.json is missing/],
    ['with a card that is no JSON', () => changed('model.json', () => Buffer.from('{')), /model.json: /],
    [
      'with a card of another kind',
      () => changed('model.json', () => Buffer.from('{"name": "x"}')),
      /model.json: /,
    ],
    [
      'with a card that ends early',
      () =>
        changed(
          'model.json',
          text((card) => card.slice(0, 900)),
        ),
      /model.json: /,
    ],
    [
      'with a graph whose input has another name',
      () => forged((bytes) => Buffer.from(bytes.toString('latin1').replaceAll('jets', 'gets'), 'latin1')),
      /sampler.onnx .*jets/,
    ],
    [
      'with two graphs in one file, of which one might be checked and the other run',
      () => forged((bytes) => Buffer.concat([bytes, bytes])),
      /sampler.onnx .*twice/,
    ],
    ['with a graph that makes gigabytes of numbers', () => forged(squared), /sampler.onnx .*more than 2 GiB/],
    [
      'with a card of 200,000 brackets',
      () =>
        changed(
          'model.json',
          text((card) => card.replace('{', `{"more": ${'['.repeat(200_000)}${']'.repeat(200_000)},`)),
        ),
      /model.json: .*(nested deeper|more)/,
    ],
  ])('%s', async (_, files, words) => {
    const said = await wordsOf(files());
    expect(said).toMatch(words);
    expect(said.split('\n')).toHaveLength(1);
    expect(await opened.page.locator('#models-list > li').count()).toBe(SHIPPED);
  });

  /** The bundle with another sampler.onnx, whose checksum and size the card has. */
  function forged(change: (bytes: Buffer) => Buffer): NamedBytes[] {
    const sampler = Buffer.from(own.find(({ name }) => name === 'sampler.onnx')!.bytes);
    const bytes = change(sampler);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return changed(
      'model.json',
      text((card) => {
        const { files, ...rest } = JSON.parse(card);
        return JSON.stringify({
          ...rest,
          files: { ...files, 'sampler.onnx': { sha256, bytes: bytes.length } },
        });
      }),
    ).map((file) => (file.name === 'sampler.onnx' ? { name: file.name, bytes } : file));
  }

  /** A column of 2^19 numbers times a row of 2^13, in 2 MB. */
  function squared(bytes: Buffer): Buffer {
    const model = decodeModel(bytes);
    const { initializers, nodes } = model.graph;
    for (const [name, dims] of [
      ['column', [1 << 19, 1]],
      ['row', [1, 1 << 13]],
    ] as const) {
      const rawData = new Uint8Array(4 * dims[0] * dims[1]);
      initializers.push({ name, dims: [...dims], dataType: DATA_TYPE.float, rawData });
    }
    const plain = nodes.find(({ opType }) => opType === 'Mul')!;
    nodes.push({ ...plain, inputs: ['column', 'row'], outputs: ['square'] });
    return Buffer.from(encodeModel(model));
  }
});

describe('a bundle of one’s own that is whole', () => {
  test('is put on the shelf with its card', async () => {
    expect(await wordsOf(own)).toMatch(
      /tiny-amortised-simulation \(simulation\) is checked and on the shelf/,
    );
    const { page } = opened;
    const item = page.locator('#models-list > li').last();
    await item.locator('.card').waitFor();
    expect(await item.innerText()).toMatch(/your own[\s\S]*Random weights|your own[\s\S]*Tests\./);
  });

  test('is used for one jet, with a slider for its own input', async () => {
    const { page } = opened;
    await answered(page, () =>
      page.getByRole('button', { name: 'Use it: tiny-amortised-simulation' }).click(),
    );
    expect(await page.inputValue('#jet-rho')).toBe('17.25');
    const before = await numbers(page);
    await answered(page, () => page.fill('#jet-rho', '60'));
    expect((await numbers(page)).Median).not.toEqual(before.Median);
    await page.waitForFunction(() => location.hash.includes('rho=60'));
  });

  test('studies jets with the input that their file has, or with its median, and says so', async () => {
    const { page } = opened;
    await page.evaluate(() => {
      location.hash = '/jets?model=tiny-amortised-simulation';
    });
    const words: (string | null)[] = [];
    for (const name of ['nanoaod-v9.root', 'jets.csv']) {
      await jetsWords(page, { name, bytes: readFileSync(fileOf(name)) });
      expect(await studied(page, 10)).toMatch(/^Study done/);
      words.push(await page.textContent('#jets-results'));
    }
    expect(words[0]).not.toContain('have no rho');
    expect(words[1]).toContain(
      `jets.csv: ${JETS.gen_pt!.length} jets have no rho, which the model reads; the median`,
    );
    await answered(page, () =>
      page.evaluate(() => {
        location.hash = '/jet?model=tiny-amortised-simulation';
      }),
    );
  });

  test('gives way to a shipped one', async () => {
    const { page } = opened;
    await answered(page, () => page.selectOption('#jet-model', 'simulation-paper'));
    expect(await page.locator('#jet-rho').count()).toBe(0);
  });

  test('is gone in a page opened again by its link, which says so', async () => {
    const again = await pages.open({ hash: '/jet?model=tiny-amortised-simulation' });
    await firstAnswer(again.page);
    expect(await again.page.innerText('#model-message')).toMatch(
      /must be dropped under Models again; now in use: simulation/,
    );
    await again.page.context().close();
  });

  test('is shown as text, with any card and any files’ names', async () => {
    const markup = '<img src="x" onerror="window.ran = true"><b>bold</b>';
    const place = join(folder, 'markup');
    await makeTinyBundle(place, {
      extras: ['rho'],
      trainedOn: { name: markup, sha256: '0'.repeat(64), rows: 1 },
    });
    const { page } = opened;
    await page.evaluate(() => {
      location.hash = '/models';
    });
    await page.locator('#models-list').waitFor();
    const files = readdirSync(place).map((name) => ({ name, bytes: readFileSync(join(place, name)) }));
    expect(await wordsOf(files)).toMatch(/is checked and on the shelf/);
    const item = page.locator('#models-list > li').last();
    await item.locator('.card').waitFor();
    expect(await item.textContent()).toContain(markup);
    await wordsOf([{ name: `${markup}.json`, bytes: Buffer.from('{}') }]);
    expect(await page.locator('img[src="x"], b:text-is("bold")').count()).toBe(0);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });
});
