/**
 * Every view by axe-core's rules, light and dark, narrow and wide; and the page by only the keyboard. Pictures of the
 * views stay in out/web, to be looked at.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { fileOf } from '../files/files.js';
import { PROJECT_ROOT } from '../project-root.js';
import { firstAnswer } from './jet-view.js';
import { studied, wordsOf } from './jets-view.js';
import { type OpenedPage, sitePages } from './site-pages.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PICTURES = join(PROJECT_ROOT, 'out', 'web');
const pages = sitePages();

/** What axe-core finds in what is shown: rule and place. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

describe.each([
  ['light', 1280],
  ['dark', 390],
] as const)('%s, %d pixels wide', (colorScheme, width) => {
  let opened: OpenedPage;
  let page: Page;
  const picture = (view: string) =>
    page.screenshot({ path: join(PICTURES, `${view}-${colorScheme}-${width}.png`), fullPage: true });
  beforeAll(async () => {
    opened = await pages.open({ context: { colorScheme, viewport: { width, height: 850 } } });
    ({ page } = opened);
    await firstAnswer(page);
    // By the debugger: the page's own policy lets no script in.
    await page.evaluate(AXE);
  });
  afterAll(() => page.context().close());

  test('one jet, with another beside it, also with a wrong number', async () => {
    await page.click('#jet-pin');
    await page.click('#jet-recipes summary');
    await page.waitForSelector('#key-pinned:not([hidden])');
    expect(await findings(page)).toEqual([]);
    await picture('one-jet');
    await page.fill('#jet-mass', '-1');
    expect(await findings(page)).toEqual([]);
    await page.fill('#jet-mass', '12');
  });

  test('many jets: empty with a fault, and with a report', async () => {
    await page.getByRole('link', { name: 'Many jets' }).click();
    await wordsOf(page, { name: 'nothing.csv', bytes: new Uint8Array() });
    expect(await findings(page)).toEqual([]);
    await wordsOf(page, { name: 'jets.csv', bytes: readFileSync(fileOf('jets.csv')) });
    await studied(page, 20);
    expect(await findings(page)).toEqual([]);
    await picture('many-jets');
  });

  test('models, with a card open', async () => {
    await page.getByRole('link', { name: 'Models' }).click();
    await page.waitForSelector('.card');
    expect(await findings(page)).toEqual([]);
    await picture('models');
  });

  test('nothing is wider than the screen', async () => {
    for (const view of ['One jet', 'Many jets', 'Models']) {
      await page.getByRole('link', { name: view }).click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    expect(opened.faults).toEqual([]);
  });
});

test('axe-core would find a field without a name: this test can fail', async () => {
  const { page } = await pages.open({ hash: '/models' });
  await page.evaluate(AXE);
  await page.evaluate(() => document.querySelector('#models-drop')!.append(document.createElement('input')));
  expect(await findings(page)).toEqual(['label: <input>']);
});

describe('by only the keyboard', () => {
  test('the focus goes through everything in the order of reading, and is seen', async () => {
    const { page } = await pages.open();
    await firstAnswer(page);
    const places: string[] = [];
    for (let i = 0; i < 20; i++) {
      await page.keyboard.press('Tab');
      const { place, outline } = await page.evaluate(() => {
        const focused = document.activeElement as HTMLElement;
        const seen = focused.matches('.choice input') ? focused.nextElementSibling! : focused;
        const name = focused.id || focused.getAttribute('aria-label') || focused.textContent!.trim();
        return {
          place: name || (focused as HTMLInputElement).value,
          outline: getComputedStyle(seen).outlineStyle,
        };
      });
      places.push(place);
      expect([place, outline]).toEqual([place, 'solid']);
    }
    expect(places).toEqual([
      'Skip to the content',
      'One jet',
      'Many jets',
      'Models',
      'share',
      'scheme',
      'simulation',
      'Soft, forward',
      '1 TeV, central',
      'Heavy',
      'jet-pt',
      'transverse momentum slider',
      'jet-eta',
      'pseudorapidity slider',
      'jet-phi',
      'azimuth slider',
      'jet-mass',
      'mass slider',
      'Model, samples, seed',
      'jet-model',
    ]);
  });

  test('a view that is chosen takes the focus to its heading', async () => {
    const { page } = await pages.open();
    await page.waitForSelector('#view-jet:not([hidden])');
    await page.getByRole('link', { name: 'Many jets' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement!.id === 'heading-jets');
    expect(await page.title()).toBe('Many jets · jet-iqn');
  });
});
