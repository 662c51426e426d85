/** The page and the service of docs/embed.md, put together and used as the page says. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadBundle } from '../../src/load-bundle.js';
import { openBrowser } from '../browser/open-browser.js';
import { blocksOf } from '../docs/blocks.js';
import { readPage } from '../docs/pages.js';
import { freePort } from '../free-port.js';
import { PROJECT_ROOT } from '../project-root.js';
import { buildPage } from './build-page.js';
import { serveFolders } from './serve-folders.js';

const words = readPage('docs/embed.md');
const block = (language: string) => blocksOf(words).find((found) => found.language === language)!.text;
const policy = /^ {4}(default-src .*)$/m.exec(words)![1]!;

let project: string;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'jet-iqn-embed-'));
  // Of its own: by one in a folder above, jet-iqn's say, the names of imports would be looked up.
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  // As npm would install it without its optional peer, onnxruntime-web.
  const modules = join(project, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(PROJECT_ROOT, 'node_modules')))
    if (name !== 'onnxruntime-web')
      symlinkSync(join(PROJECT_ROOT, 'node_modules', name), join(modules, name));
  for (const part of ['package.json', 'dist/src', 'models/simulation'])
    cpSync(join(PROJECT_ROOT, part), join(modules, 'jet-iqn', part), { recursive: true });
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

async function samplesOf(jet: number[]): Promise<Float32Array> {
  const bundle = await loadBundle(join(PROJECT_ROOT, 'models', 'simulation'));
  const samples = await bundle.condition(Float32Array.from(jet)).sample({ samples: 1000 });
  await bundle.close();
  return samples.subarray(0, 1000).sort();
}

test('the page follows its slider, under the policy, without ONNX Runtime, and asks nobody else', async () => {
  const html = block('html');
  expect(html.split('\n')).toHaveLength(15);
  writeFileSync(join(project, 'index.html'), html);
  cpSync(join(PROJECT_ROOT, 'models', 'simulation'), join(project, 'public', 'models', 'simulation'), {
    recursive: true,
  });
  await buildPage(project, join(project, 'dist'));
  const served = await serveFolders({ '': join(project, 'dist') }, { 'Content-Security-Policy': policy });
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => faults.push(message.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith(served.url)) faults.push(request.url());
    });
    await page.goto(served.url);
    const shown = async (pt: number) => {
      await page.waitForFunction(
        (pt) => document.querySelector('output')!.value.startsWith(`${pt} GeV:`),
        pt,
      );
      return [...(await page.locator('output').innerText()).matchAll(/[\d.]+(?= (?:and|GeV$))/g)].map(Number);
    };
    for (const pt of [100, 400]) {
      await page.locator('input').fill(String(pt));
      const samples = await samplesOf([pt, 0.5, 1, 12]);
      expect(await shown(pt)).toEqual([159, 840].map((rank) => Number(samples[rank]!.toFixed(1))));
    }
    expect(faults).toEqual([]);
    expect(served.asked.filter((path) => path.includes('ort'))).toEqual([]);
  } finally {
    await browser.close();
    await served.close();
  }
});

describe('the service', () => {
  let service: ChildProcess;
  let port: number;
  beforeAll(async () => {
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(project, 'service.js'), block('js'));
    port = await freePort();
    service = spawn(process.execPath, ['service.js'], {
      cwd: project,
      env: { ...process.env, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await answered(service, `http://127.0.0.1:${port}/`);
  });
  afterAll(() => {
    service?.kill();
  });

  /** As it stands: `fetch` would mend the address first. */
  async function ask(path: string, method = 'GET', body: string | Buffer = ''): Promise<[number, string]> {
    const asked = request({ host: '127.0.0.1', port, path, method });
    asked.end(body);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const answer = await text(response);
    // The rest of a body that nobody reads.
    asked.destroy();
    return [response.statusCode!, answer];
  }
  const GOOD = '/?jet=100&jet=0.5&jet=1&jet=12';

  test('answers with a median', async () => {
    const [status, answer] = await ask(GOOD);
    expect(status).toBe(200);
    const [pt, , , mass] = JSON.parse(answer);
    const samples = await samplesOf([100, 0.5, 1, 12]);
    expect(Math.abs(pt - samples[500]!)).toBeLessThan(2);
    expect(mass).toBeGreaterThan(5);
  });

  const NO_JET = /takes 4 numbers a jet \(pt, eta, phi, mass\); 0 are not whole jets/;
  test.each<[string, string, RegExp]>([
    ['an address that is none', '//', /Invalid URL/],
    ['a host that is none', '//[/?jet=100', /Invalid URL/],
    ['no jet', '/', NO_JET],
    ['too few values', '/?jet=100', /1 are not whole jets/],
    ['too many values', `${GOOD}&jet=3`, /5 are not whole jets/],
    ['a word', '/?jet=high&jet=0.5&jet=1&jet=12', /pt of jet 0 is NaN/],
    ['NaN', '/?jet=100&jet=NaN&jet=1&jet=12', /eta of jet 0 is NaN/],
    ['an empty value', '/?jet=100&jet=&jet=1&jet=12', /eta of jet 0 is NaN/],
    ['a blank value', '/?jet=100&jet=+&jet=1&jet=12', /eta of jet 0 is NaN/],
    ['more than a float32 holds', '/?jet=1e39&jet=0.5&jet=1&jet=12', /pt of jet 0 is Infinity/],
    ['negative pt', '/?jet=-5&jet=0.5&jet=1&jet=12', /pt of jet 0 is -5 \(pt not above 0\)/],
    ['negative mass', '/?jet=100&jet=0.5&jet=1&jet=-12', /mass of jet 0 is -12/],
    ['an eta along the beam', '/?jet=100&jet=50&jet=1&jet=12', /eta of jet 0 is 50/],
  ])('refuses %s with a line, and lives', async (_, path, reason) => {
    await refuses(reason, path);
  });

  test.each([
    ['JSON, and bad at that', Buffer.from('{"jet": [100,')],
    ['an enormous body', Buffer.alloc(64 * 2 ** 20, '1')],
  ])('refuses %s with a line, and lives', async (_, body) => {
    await refuses(NO_JET, '/', 'POST', body);
  });

  async function refuses(reason: RegExp, ...asked: Parameters<typeof ask>): Promise<void> {
    const [status, answer] = await ask(...asked);
    expect([status, answer]).toEqual([400, expect.stringMatching(reason)]);
    expect(answer).not.toContain('\n');
    expect((await ask(GOOD))[0]).toBe(200);
  }
});

/** Asks until the service listens. */
async function answered(service: ChildProcess, url: string): Promise<Response> {
  for (;;) {
    try {
      return await fetch(url);
    } catch (error) {
      if (service.exitCode !== null) throw error;
      await sleep(50);
    }
  }
}
