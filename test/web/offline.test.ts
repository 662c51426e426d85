/** The page keeps itself: once opened, it works without a network. */
import { afterEach, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { firstAnswer, numbers } from './jet-view.js';
import { studied, wordsOnFile } from './jets-view.js';
import type { Change } from './serve-site.js';
import { sitePages } from './site-pages.js';

const pages = sitePages();
afterEach(() => {
  pages.site.change = undefined;
});

const kept = (page: Page) =>
  page.waitForFunction(() => document.querySelector('#offline-status')!.textContent!.startsWith('Kept'));

test('opened once, it opens and computes with its server gone', async () => {
  const { page, faults } = await pages.open({ keeps: true });
  await firstAnswer(page);
  const before = await numbers(page);
  await kept(page);
  pages.site.change = () => undefined;
  await page.reload();
  await firstAnswer(page);
  expect(await numbers(page)).toEqual(before);

  // What is loaded when it is wanted, and never was before: readers, tables, drawings.
  await page.getByRole('link', { name: 'Many jets' }).click();
  await page.getByRole('button', { name: 'Test jets' }).click();
  expect(await wordsOnFile(page)).toContain('holds');
  await page.fill('#jets-count', '200');
  expect(await studied(page, 10)).toContain('Study done');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Figure spectrum-mass as SVG' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('spectrum-mass.svg');
  expect(faults).toEqual([]);
});

test('two copies on one origin keep themselves apart, and each lets go only of its own old version', async () => {
  const { site } = pages;
  const { page } = await pages.open({ keeps: true });
  const cacheNames = async () => (await page.evaluate(() => caches.keys())).sort();
  const version = () => page.evaluate(() => document.documentElement.dataset.version);
  await kept(page);
  const [first] = await cacheNames();
  expect(first).toContain(site.url);

  // The first copy keeps no address of the second, which is another version of the page here.
  const changed =
    (version: string): Change =>
    (file, bytes, path) => {
      if (!path.startsWith(new URL(site.below).pathname)) return undefined;
      if (file === 'index.html')
        return Buffer.from(`${bytes}`.replace('<html', `<html data-version="${version}"`));
      return file === 'service-worker.js'
        ? Buffer.from(`${bytes}`.replace(/\b[0-9a-f]{16}\b/, version))
        : bytes;
    };
  site.change = changed('aaaa');
  await page.goto(site.below);
  expect(await version()).toBe('aaaa');
  await kept(page);
  const both = await cacheNames();
  expect(both).toEqual([first, `jet-iqn ${site.below} aaaa`].sort());

  // The second has a new version, and takes it when no page of the old one is open.
  site.change = changed('bbbb');
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
    while (!registration.waiting) await new Promise((resolve) => setTimeout(resolve, 50));
  });
  await page.goto('about:blank');
  await page.goto(site.url);
  await page.evaluate(async () => {
    while ((await caches.keys()).some((name) => name.endsWith('aaaa')))
      await new Promise((resolve) => setTimeout(resolve, 50));
  });
  expect(await cacheNames()).toEqual([first, `jet-iqn ${site.below} bbbb`].sort());

  // With the server gone both open.
  site.change = () => undefined;
  await page.goto(site.url);
  expect(await version()).toBeUndefined();
  await firstAnswer(page);
  await page.goto(site.below);
  expect(await version()).toBe('bbbb');
  await firstAnswer(page);
});
