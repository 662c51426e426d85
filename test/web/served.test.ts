/** `npm run web`: the built site on the loopback address alone, with its policy as a header that workers obey too. */

import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../browser/open-browser.js';
import { freePort } from '../free-port.js';
import { PROJECT_ROOT } from '../project-root.js';
import { firstAnswer } from './jet-view.js';

let server: ChildProcess;
let port: number;
let browser: Browser;
beforeAll(async () => {
  port = await freePort();
  const vite = join(PROJECT_ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const options = ['preview', 'web', '--port', String(port), '--strictPort'];
  server = spawn(process.execPath, [vite, ...options], {
    cwd: PROJECT_ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => server.stdout!.once('data', resolve));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
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
  const page = await browser.newPage({ locale: 'en-GB' });
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
