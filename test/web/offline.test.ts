/** The page keeps itself: once opened, it works without a network. */
import { expect, test } from '@jest/globals';
import { firstAnswer, numbers } from './jet-view.js';
import { studied, wordsOnFile } from './jets-view.js';
import { sitePages } from './site-pages.js';

const pages = sitePages();

test('opened once, it opens and computes with its server gone', async () => {
  const { page, faults } = await pages.open({ keeps: true });
  await firstAnswer(page);
  const before = await numbers(page);
  await page.waitForFunction(() =>
    document.querySelector('#offline-status')!.textContent!.startsWith('Kept'),
  );
  pages.site.change = () => undefined;
  await page.reload();
  await firstAnswer(page);
  expect(await numbers(page)).toEqual(before);

  // What is loaded when it is wanted, and never was before: readers, tables, drawings.
  await page.getByRole('link', { name: 'Many jets' }).click();
  await page.getByRole('button', { name: 'Take the sample that ships' }).click();
  expect(await wordsOnFile(page)).toContain('holds');
  await page.fill('#jets-count', '200');
  expect(await studied(page, 10)).toContain('Study done');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Spectrum of mass as SVG' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('spectrum-mass.svg');
  expect(faults).toEqual([]);
});
