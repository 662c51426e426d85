/** The built site: its policy, notices and size, and how `npm run web` serves it. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { version } from '../../src/version.js';
import { freePort } from '../free-port.js';
import { PROJECT_ROOT } from '../project-root.js';
import { downloadSizes } from './download-sizes.js';
import { firstAnswer } from './jet-view.js';
import { sitePages } from './site-pages.js';

const pages = sitePages();

describe('the page’s Content-Security-Policy', () => {
  test('stands in the page and allows only its own files', () => {
    const html = readFileSync(join(PROJECT_ROOT, 'dist', 'web', 'index.html'), 'utf8');
    const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)!;
    const parts = policy!.split('; ');
    expect(parts).toContain("default-src 'none'");
    for (const part of parts) expect(part).toMatch(/^[a-z-]+( 'self'| 'none'| 'wasm-unsafe-eval'| blob:)+$/);
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/);
  });

  test('keeps out what somebody might bring in: scripts, evaluated text, other sites', async () => {
    const { page, faults } = await pages.open();
    await firstAnswer(page);
    expect(faults).toEqual([]);
    const ran = await page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.head.append(script);
      const asked = await fetch('http://127.0.0.1:9/').then(
        () => true,
        () => false,
      );
      return { inline: 'ran' in window, asked };
    });
    expect(ran).toEqual({ inline: false, asked: false });
    expect(faults.filter((fault) => fault.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(
      2,
    );
  });
});

/** Beside the page: of every package that a source map names. */
describe('the notices of others’ code', () => {
  test('name every package whose code is in the page or its workers, with a permission', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-licences-'));
    try {
      const vite = join(PROJECT_ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
      const options = ['--sourcemap', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'];
      const built = promisify(execFile)(process.execPath, [vite, 'build', 'web', ...options], {
        cwd: PROJECT_ROOT,
        env: { ...process.env, SITE_URL: 'https://example.org/jets/' },
      });
      // `npm run web:build` builds so.
      expect(await built).toEqual({ stdout: '', stderr: '' });
      expect(readFileSync(join(folder, 'index.html'), 'utf8')).toContain(
        '<meta property="og:image" content="https://example.org/jets/preview.png"',
      );
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
    pages.site.change = undefined;
    expect(faults).toEqual([]);
  });
});

test('in somebody else’s frame it has no header, and a way to its own page', async () => {
  const { page, faults } = await pages.open();
  await page.goto(`${pages.site.url}?embed#/jet?pt=200`);
  await page.reload();
  await firstAnswer(page);
  expect(await page.locator('header').isVisible()).toBe(false);
  const [own] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Open this on its own page' }).click(),
  ]);
  await own.waitForFunction(() => document.querySelector('#jet-live')!.textContent !== '');
  expect(own.url()).toMatch(/jets\/#\/jet\?.*pt=200/);
  expect(await own.locator('header').isVisible()).toBe(true);
  expect(faults).toEqual([]);
});

test('links to it bring a title and a picture; its foot says version, source and how to cite it', async () => {
  const { page, faults } = await pages.open();
  const content = (name: string) => page.getAttribute(`meta[property="og:${name}"]`, 'content');
  expect(await content('title')).toMatch(/^jet-iqn/);
  const picture = await page.request.get(new URL((await content('image'))!, pages.site.url).href);
  expect((await picture.body()).subarray(1, 4).toString()).toBe('PNG');
  expect(await page.innerText('footer')).toContain(`jet-iqn ${version}`);
  await page.getByRole('link', { name: 'cite it' }).click();
  await page.waitForURL('**/citation.txt');
  expect(faults).toEqual([]);
});

/** What a visitor downloads, by gzip. */
describe('the site stays small', () => {
  test('until the first answer, all of it, and without ONNX Runtime', () => {
    const { first, all, files } = downloadSizes();
    const runtime = files.find(({ name }) => /ort-wasm.*\.wasm$/.test(name))!.bytes;
    // Measured: ONNX Runtime 3.70 MB, all else until the first answer 1.03 MB, all else that there is 5.01 MB: six bundles of 0.1 to 0.8 MB and 0.8 MB of example files among them.
    expect(runtime).toBeLessThan(4.0e6);
    expect(first - runtime).toBeLessThan(1.1e6);
    expect(all - runtime).toBeLessThan(5.2e6);
  });
});

/** Only on the loopback address, with its policy as a header that workers obey too. */
describe('npm run web', () => {
  let server: ChildProcess;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    const vite = join(PROJECT_ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
    const options = ['preview', 'web', '--port', String(port), '--strictPort'];
    server = spawn(process.execPath, [vite, ...options], {
      cwd: PROJECT_ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => server.stdout!.once('data', resolve));
  });
  afterAll(() => {
    server?.kill();
  });

  function answers(host: string): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({ host, port, timeout: 2000 });
      const end = (open: boolean) => () => {
        socket.destroy();
        resolve(open);
      };
      socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false));
    });
  }

  test('nobody else on the network can reach it', async () => {
    expect(await answers('127.0.0.1')).toBe(true);
    // All of 127.0.0.0/8 is this machine's own: an address that a server listening everywhere would answer at as well.
    const others = Object.values(networkInterfaces()).flatMap((all) =>
      all!.filter(({ internal }) => !internal),
    );
    for (const address of [
      ...(process.platform === 'linux' ? ['127.0.0.2'] : []),
      ...others.map(({ address }) => address),
    ])
      expect([address, await answers(address)]).toEqual([address, false]);
  });

  test('the page computes under the headers that it sends, isolated from other origins', async () => {
    const page = await pages.browser.newPage({ locale: 'en-GB' });
    const faults: string[] = [];
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    const response = await page.goto(`http://127.0.0.1:${port}/`);
    const headers = response!.headers();
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; .*; frame-ancestors 'none'$/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    await firstAnswer(page);
    // Else ONNX Runtime has one thread.
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(faults).toEqual([]);
  });
});
