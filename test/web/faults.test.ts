/** What does not arrive, or is not allowed: the page says so in words, and goes on once it is mended. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { answered, firstAnswer } from './jet-view.js';
import { sitePages } from './site-pages.js';

const pages = sitePages();
let page: Page;
afterEach(async () => {
  pages.site.change = undefined;
  await page.context().close();
});

/** The words of a message, once it is there. */
async function wordsIn(id: string): Promise<string> {
  await page.waitForSelector(`#${id}:not([hidden])`);
  return page.innerText(`#${id}`);
}

describe('a part of the site that does not arrive', () => {
  test.each<[string, (file: string) => boolean]>([
    ['the engine’s WebAssembly', (file) => file.endsWith('.wasm')],
    ['a graph of the model', (file) => file.endsWith('simulation/block.onnx')],
  ])('%s: is named, and trying again helps once it is there', async (_, missing) => {
    pages.site.change = (file, bytes) => (missing(file) ? undefined : bytes);
    ({ page } = await pages.open());
    const words = await wordsIn('model-message');
    expect(words).toMatch(/The model cannot be used: .*check the connection/);
    expect(words.split('\n')).toHaveLength(1);
    pages.site.change = undefined;
    await answered(page, () => page.getByRole('button', { name: 'Try again' }).click());
    expect(await page.locator('#model-message').isVisible()).toBe(false);
  });

  test('WebAssembly that is damaged', async () => {
    pages.site.change = (file, bytes) => (file.endsWith('.wasm') ? bytes.subarray(0, 1000) : bytes);
    ({ page } = await pages.open());
    expect(await wordsIn('model-message')).toMatch(/The model cannot be used: .*check the connection/);
  });

  test('the computing worker’s program', async () => {
    pages.site.change = (file, bytes) => (/worker-[^/]*\.js$/.test(file) ? 404 : bytes);
    ({ page } = await pages.open());
    expect(await wordsIn('model-message')).toMatch(
      /worker failed: its program could not be loaded; check the connection and reload/,
    );
    pages.site.change = undefined;
    await answered(page, () => page.getByRole('button', { name: 'Try again' }).click());
  });

  test('the list of models', async () => {
    pages.site.change = (file, bytes) => (file === 'models/list.json' ? 500 : bytes);
    ({ page } = await pages.open());
    expect(await wordsIn('page-message')).toMatch(
      /list of models cannot be loaded.*500.*Check the connection and reload/,
    );
  });

  test('the sample: both views say so, and go on when it is there', async () => {
    pages.site.change = (file, bytes) => (file.endsWith('jets-sample.parquet') ? undefined : bytes);
    ({ page } = await pages.open());
    await firstAnswer(page);
    await page.getByRole('button', { name: 'A jet of the sample' }).click();
    await page.waitForFunction(() =>
      document.querySelector('#jet-status')!.textContent!.includes('No jet of the sample'),
    );
    pages.site.change = undefined;
    await answered(page, () => page.getByRole('button', { name: 'A jet of the sample' }).click());

    pages.site.change = (file, bytes) => (file.endsWith('jets-sample.parquet') ? 503 : bytes);
    await page.getByRole('link', { name: 'Many jets' }).click();
    await page.getByRole('button', { name: 'Test jets' }).click();
    expect(await wordsIn('jets-file-error')).toMatch(
      /jets-sample.parquet: is not on the server \(it answered 503\); try again/,
    );
    pages.site.change = undefined;
    await page.getByRole('button', { name: 'Test jets' }).click();
    await page.waitForFunction(() => document.querySelector('#jets-summary')!.textContent!.includes('holds'));
  });
});

test('storage that is denied takes nothing but the memory of it, nor does a language that Intl refuses', async () => {
  ({ page } = await pages.open({
    keeps: true,
    before: () => {
      const denied = () => {
        throw new DOMException('denied', 'SecurityError');
      };
      Object.defineProperty(window, 'localStorage', { get: denied });
      navigator.serviceWorker.register = async () => denied();
      // As Chromium calls it under LANG=C.
      Object.defineProperty(navigator, 'language', { configurable: true, value: 'en-US@posix' });
    },
  }));
  await firstAnswer(page);
  await page.waitForFunction(() => document.querySelector('#offline-status')!.textContent !== '');
  expect(await page.innerText('#offline-status')).toMatch(/denies storage.*everything works/);
  await page.selectOption('#scheme', 'dark');
  expect(await scheme()).toBe('dark');
});

test('where storage is allowed the colour scheme is kept', async () => {
  ({ page } = await pages.open());
  expect(await scheme()).toBe('light dark');
  await page.selectOption('#scheme', 'dark');
  await page.reload();
  expect(await scheme()).toBe('dark');
  expect(await page.inputValue('#scheme')).toBe('dark');
});

function scheme(): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
}
