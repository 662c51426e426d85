/** The notices of others' code, beside the page: of every package that a source map names. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { PROJECT_ROOT } from '../project-root.js';
import { sitePages } from './site-pages.js';

const pages = sitePages();

test('name every package whose code is in the page or its workers, with a permission', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-licences-'));
  try {
    const vite = join(PROJECT_ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
    const options = ['--sourcemap', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'];
    await promisify(execFile)(process.execPath, [vite, 'build', 'web', ...options], { cwd: PROJECT_ROOT });
    const assets = join(folder, 'assets');
    const bundled = new Set<string>();
    for (const file of readdirSync(assets).filter((name) => name.endsWith('.map'))) {
      const { sources }: { sources: string[] } = JSON.parse(readFileSync(join(assets, file), 'utf8'));
      for (const source of sources) {
        const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
        if (name) bundled.add(name);
      }
    }
    // Of the page, and of its worker's own chunks.
    for (const name of ['uplot', 'valibot', 'onnxruntime-web']) expect(bundled).toContain(name);

    // Inside what d3-delaunay publishes.
    for (const name of ['delaunator', 'robust-predicates']) bundled.add(name);

    const parts = readFileSync(join(folder, 'licences.txt'), 'utf8').split(/^=+\n(\S+) \S+\n=+$/m);
    const texts = new Map(parts.slice(1).flatMap((name, i, all) => (i % 2 ? [] : [[name, all[i + 1]!]])));
    expect([...new Set(texts.keys())].sort()).toEqual([...bundled].sort());
    for (const [name, text] of texts) expect([name, /permi|licen/i.test(text)]).toEqual([name, true]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('open from the foot of the page, without a network as well', async () => {
  const { page, faults } = await pages.open({ keeps: true });
  await page.waitForFunction(() =>
    document.querySelector('#offline-status')!.textContent!.startsWith('Kept'),
  );
  pages.site.change = () => undefined;
  await page.reload();
  await page.getByRole('link', { name: 'licences of the packages' }).click();
  await page.waitForURL('**/licences.txt');
  expect(await page.locator('body').textContent()).toContain('Permission is hereby granted');
  expect(faults).toEqual([]);
});
