/**
 * The browser's predictions beside Node's: the same tau to the last bit, and 10⁵ predictions of every shipped bundle, from
 * the same bundle, jets and seed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { loadAddon } from '../../src/engines/addon.js';
import type { Session } from '../../src/engines/engine.js';
import { openEngine } from '../../src/engines/open.js';
import { openOrt } from '../../src/engines/ort-node.js';
import type { Arithmetic } from '../../src/engines/wasm.js';
import { readJets } from '../../src/files/read-jets.js';
import { wrapPhi } from '../../src/jets/phi.js';
import { loadBundle } from '../../src/load-bundle.js';
import { gatherRows, selectColumns } from '../../src/sampling/jet-columns.js';
import type { OpenBundle } from '../../src/sampling/open-bundle.js';
import { fillTau } from '../../src/stats/tau.js';
import type { WebEngine } from '../../src/web.js';
import { PROJECT_ROOT } from '../project-root.js';
import { type LibraryPage, openLibraryPage } from './library-page.js';

const MODELS = join(PROJECT_ROOT, 'models');
const SHIPPED = readdirSync(MODELS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const JETS = 1000;
const SAMPLES = 100;
const SEED = 7;

let library: LibraryPage;
beforeAll(async () => {
  library = await openLibraryPage();
});
afterAll(() => library?.close());
afterEach(() => expect(library.faults).toEqual([]));

/** What of a typed array's bytes Chromium has and TypeScript's library does not know yet. */
type Encoding = Uint8Array & { toBase64(): string };

function floats(base64: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer);
}

/** The first jets of the sample as the bundle takes them. */
async function inputJets({ card }: OpenBundle): Promise<Float32Array> {
  const columns = card.inputs.map(({ column }) => column);
  const table = await readJets(join(MODELS, 'jets-sample.parquet'), { extra: columns.slice(4) });
  const jets = new Float32Array(JETS * columns.length);
  gatherRows(jets, selectColumns(table, card.task, columns).inputs, 0, JETS);
  return jets;
}

test.each([
  [1, 0],
  [2 ** 53 - 1, 4_000_000_000],
  [0, 999_999],
])('tau are the same bits: seed %d, from jet %d', async (seed, firstJet) => {
  const drawn = await library.page.evaluate(
    ([seed, firstJet]) => {
      const tau = new Float32Array(20 * 4 * 1000);
      jetIqn.fillTau(tau, seed!, firstJet!, 20, 5, 1000);
      return (new Uint8Array(tau.buffer) as Encoding).toBase64();
    },
    [seed, firstJet],
  );
  const tau = new Float32Array(20 * 4 * 1000);
  fillTau(tau, seed, firstJet, 20, 5, 1000);
  expect(Buffer.from(drawn, 'base64').equals(Buffer.from(tau.buffer))).toBe(true);
});

test('tau by event are the known answers of test/stats', async () => {
  const known: readonly (Record<'seed' | 'run' | 'luminosityBlock' | 'index' | 'sample', number> & {
    readonly event: string;
    readonly words: readonly number[];
  })[] = JSON.parse(readFileSync(join(PROJECT_ROOT, 'test/stats/tau-by-event.json'), 'utf8'));
  const drawn = await library.page.evaluate(
    (all) =>
      all.map(({ seed, run, luminosityBlock, event, index, sample }) => {
        const keys = jetIqn.eventKeys({
          run: Uint32Array.of(run),
          luminosityBlock: Uint32Array.of(luminosityBlock),
          event: BigUint64Array.of(BigInt(event)),
          index: Uint32Array.of(index),
        });
        const tau = new Float32Array(4);
        jetIqn.fillTau(tau, seed, keys, 1, sample, 1);
        return [...tau];
      }),
    known,
  );
  expect(drawn).toEqual(known.map(({ words }) => words.map((word) => ((word >>> 9) + 0.5) / 2 ** 23)));
});

describe.each(SHIPPED)('%s', (name) => {
  let bundle: OpenBundle;
  let jets: Float32Array;
  let ort: Float32Array;
  beforeAll(async () => {
    bundle = await loadBundle(join(MODELS, name));
    jets = await inputJets(bundle);
    ort = await inNode(await openOrt(bundle));
  });
  afterAll(() => bundle.close());

  async function inBrowser(engine: WebEngine, arithmetic?: Arithmetic) {
    const { used, base64 } = await library.page.evaluate(
      async ({ name, jets, samples, seed, options }) => {
        const bundle = await jetIqn.loadBundle(`models/${name}`, options);
        const { engine } = await bundle.session();
        const made = await bundle.condition(Float32Array.from(jets)).sample({ samples, seed });
        await bundle.close();
        return { used: engine, base64: (new Uint8Array(made.buffer) as Encoding).toBase64() };
      },
      {
        name,
        jets: [...jets],
        samples: SAMPLES,
        seed: SEED,
        options: { engine, ...(arithmetic && { arithmetic }) },
      },
    );
    return { used, predictions: floats(base64) };
  }

  async function inNode(session: Session): Promise<Float32Array> {
    const tau = new Float32Array(JETS * 4 * SAMPLES);
    fillTau(tau, SEED, 0, JETS, 0, SAMPLES);
    const predictions = new Float32Array(tau.length);
    await session.predict(jets, tau, predictions, JETS, SAMPLES);
    await session.close();
    return predictions;
  }

  /** In units of 2⁻²⁴ of the value (pt, mass + 0.7 GeV) or of 4 (angles), sorted. */
  function roundings(found: Float32Array, expected: Float32Array): Float64Array {
    return Float64Array.from(found, (value, at) => {
      const step = Math.floor(at / SAMPLES) % 4;
      const other = expected[at]!;
      const difference = step === 2 ? wrapPhi(value - other) : value - other;
      return Math.abs(difference) / (2 ** -24 * [Math.abs(other), 4, 4, Math.abs(other) + 0.7][step]!);
    }).sort();
  }

  test('wasm, products and sums apart: the bits of Node’s wasm', async () => {
    const { predictions } = await inBrowser('wasm', 'separate');
    const expected = await inNode(await openEngine(bundle, 'wasm', { arithmetic: 'separate' }));
    expect(Buffer.from(predictions.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
  });

  test('auto takes wasm, with the bits of Node’s native engine or fused wasm where it has them', async () => {
    const { used, predictions } = await inBrowser('auto');
    expect(used).toBe('wasm');
    const off = roundings(predictions, ort);
    expect(off[off.length >> 1]).toBeLessThan(1);
    expect(off.at(-1)).toBeLessThan(160);
    if ('addon' in loadAddon())
      expect(
        Buffer.from(predictions.buffer).equals(
          Buffer.from((await inNode(await openEngine(bundle, 'native'))).buffer),
        ),
      ).toBe(true);
  });

  test('ort: most of Node’s bits, the others within roundings', async () => {
    const { used, predictions } = await inBrowser('ort');
    expect(used).toBe('ort');
    const off = roundings(predictions, ort);
    // Measured: 0.76, 0.936 and 24; it is four steps, each of which magnifies the roundings of those before.
    const share = (most: number) => off.filter((value) => value <= most).length / off.length;
    expect(share(0)).toBeGreaterThan(0.7);
    expect(share(2)).toBeGreaterThan(0.9);
    expect(off.at(-1)).toBeLessThan(160);
  });

  test('quantiles, CDFs and densities are Node’s', async () => {
    const some = jets.subarray(0, 100 * bundle.card.inputs.length);
    const tau = Float32Array.from({ length: 400 }, (_, at) => 0.02 + 0.96 * ((at * 0.618) % 1));
    const found = await library.page.evaluate(
      async ({ name, jets, tau }) => {
        const bundle = await jetIqn.loadBundle(`models/${name}`, { engine: 'wasm' });
        const given = bundle.condition(Float32Array.from(jets));
        const y = await given.quantile(Float32Array.from(tau));
        const { tau: back, logDensity } = await given.cdf(y);
        await bundle.close();
        return { y: [...y], back: [...back], logDensity: [...logDensity] };
      },
      { name, jets: [...some], tau: [...tau] },
    );
    const given = bundle.condition(some);
    const y = await given.quantile(tau);
    const { tau: back, logDensity } = await given.cdf(Float32Array.from(found.y));
    const largest = (differences: Iterable<number>) => Math.max(...[...differences].map(Math.abs));
    // Measured: 1.3e-6, 5.5e-6, 1.5e-5.
    expect(largest(found.y.map((value, at) => (value - y[at]!) / (Math.abs(y[at]!) + 1)))).toBeLessThan(1e-5);
    expect(largest(found.back.map((value, at) => value - back[at]!))).toBeLessThan(5e-5);
    expect(largest(found.logDensity.map((value, at) => value - logDensity[at]!))).toBeLessThan(1e-4);
  });
});

describe('what a page downloads for the library, minified and compressed as servers send it', () => {
  /** kB (1000 bytes), of gzip: what has to be loaded before the first sample, by the wasm engine; and ONNX Runtime. */
  const LARGEST = { library: 35, kernels: 50, runtime: 4000 };

  function assets(): { name: string; kilobytes: number }[] {
    const folder = join(library.built, 'assets');
    return readdirSync(folder).map((name) => ({
      name,
      kilobytes: gzipSync(readFileSync(join(folder, name))).length / 1000,
    }));
  }

  function size(isPart: (name: string) => boolean): number {
    return assets()
      .filter(({ name }) => isPart(name))
      .reduce((sum, { kilobytes }) => sum + kilobytes, 0);
  }

  const isRuntime = (name: string) => name.startsWith('ort');
  const isKernel = (name: string) => name.startsWith('kernel');

  test.each<[keyof typeof LARGEST, (name: string) => boolean, number]>([
    ['library', (name) => !isRuntime(name) && !isKernel(name), 20],
    ['kernels', isKernel, 20],
    ['runtime', isRuntime, 1000],
  ])('%s', (part, isPart, least) => {
    const kilobytes = size(isPart);
    // Less would mean that something is missing from the page that was weighed.
    expect(kilobytes).toBeGreaterThan(least);
    expect(kilobytes).toBeLessThan(LARGEST[part]);
  });

  test('the limits stand in docs/embed.md', () => {
    const page = readFileSync(join(PROJECT_ROOT, 'docs', 'embed.md'), 'utf8');
    for (const limit of Object.values(LARGEST)) expect(page).toContain(`| ${limit} kB |`);
  });
});
