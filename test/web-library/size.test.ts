/** What a page downloads for the library, minified and compressed as servers send it: the limits of docs/embed.md. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROJECT_ROOT } from '../project-root.js';
import { buildLibrary } from './library-page.js';

/** kB (1000 bytes), of gzip: what has to be loaded before the first sample, by the wasm engine; and ONNX Runtime. */
const LARGEST = { library: 35, kernels: 50, runtime: 4000 };

const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-size-'));
let files: { name: string; kilobytes: number }[];
beforeAll(async () => {
  const assets = join(await buildLibrary(folder), 'assets');
  files = readdirSync(assets).map((name) => ({
    name,
    kilobytes: gzipSync(readFileSync(join(assets, name))).length / 1000,
  }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function size(isPart: (name: string) => boolean): number {
  return files.filter(({ name }) => isPart(name)).reduce((sum, { kilobytes }) => sum + kilobytes, 0);
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
