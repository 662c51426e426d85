/** One jet: what the page shows is what the model says, and it follows the controls and the link. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { readJets } from '../../src/files/read-jets.js';
import { VARIABLES } from '../../src/jets/columns.js';
import { PROJECT_ROOT } from '../project-root.js';
import { answered, firstAnswer, numbers } from './jet-view.js';
import { type OpenedPage, sitePages } from './site-pages.js';

const CLI = join(PROJECT_ROOT, 'dist', 'src', 'cli', 'main.js');
const MODELS = join(PROJECT_ROOT, 'models');
const pages = sitePages();
let opened: OpenedPage;
beforeAll(async () => {
  opened = await pages.open();
  await firstAnswer(opened.page);
});
afterEach(() => expect(opened.faults.splice(0)).toEqual([]));

describe('opened', () => {
  test('it shows the medians and intervals that the command beside them gives', async () => {
    const { page } = opened;
    const shown = await numbers(page);
    const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-one-jet-'));
    try {
      const file = join(folder, 'jet.csv');
      const command = (await page.textContent('#recipe-command'))!
        .replace('npx jet-iqn', `'${process.execPath}' '${CLI}'`)
        .replace('-o jet.csv', `-o '${file}'`);
      await promisify(execFile)('bash', ['-c', command], { cwd: PROJECT_ROOT });
      const [row]: Record<string, string>[] = parse(readFileSync(file), { columns: true });
      VARIABLES.forEach((variable, k) => {
        const [q16, q50, q84] = ['16', '50', '84'].map((level) => Number(row![`${variable}_q${level}`]));
        // Shown are the decimals whose step is a twentieth of the width or less; rounding moves a value by half of it.
        const half = 0.026 * (q84! - q16!);
        expect(Math.abs(shown['68 % from']![k]! - q16!)).toBeLessThan(half);
        expect(Math.abs(shown.Median![k]! - q50!)).toBeLessThan(half);
        expect(Math.abs(shown['68 % to']![k]! - q84!)).toBeLessThan(half);
      });
      expect(shown['Input jet']).toEqual([100, 0.5, 1, 12]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('every chart has something on it', async () => {
    const inked = await opened.page.$$eval('#view-jet canvas', (all) =>
      (all as HTMLCanvasElement[]).map((canvas) => {
        const pixels = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data;
        let count = 0;
        for (let i = 3; i < pixels.length; i += 4) if (pixels[i]! > 0) count++;
        return count / (pixels.length / 4);
      }),
    );
    expect(inked).toHaveLength(5);
    for (const share of inked) expect(share).toBeGreaterThan(0.05);
  });

  test('charts say in words what they show', async () => {
    const labels = await opened.page.$$eval('#view-jet [role=img]', (all) =>
      all.map((chart) => chart.getAttribute('aria-label')),
    );
    expect(labels[0]).toMatch(
      /^Distribution of the predicted transverse momentum: median 10\d.GeV, 68 percent from \d\d to 1\d\d$/,
    );
    expect(labels[4]).toMatch(/correlation 0\.\d\d$/);
  });
});

describe('controls', () => {
  test('a slider moved by the keyboard moves its field, the numbers and the link', async () => {
    const { page } = opened;
    const before = await numbers(page);
    const field = page.locator('#jet-pt');
    const slider = page.getByRole('slider', { name: 'transverse momentum slider' });
    await slider.focus();
    await answered(page, () => slider.press('PageUp'));
    const pt = Number(await field.inputValue());
    expect(pt).toBeGreaterThan(110);
    const after = await numbers(page);
    expect(after.Median![0]! / before.Median![0]!).toBeCloseTo(pt / 100, 1);
    await page.waitForFunction((value) => location.hash.includes(`pt=${value}&`), pt);

    const copy = await pages.open({ hash: new URL(page.url()).hash.slice(1) });
    await firstAnswer(copy.page);
    expect(await numbers(copy.page)).toEqual(after);
    expect(copy.faults).toEqual([]);
    await copy.page.context().close();
  });

  test('a number that no jet has is refused beside its field, and the charts keep the last one', async () => {
    const { page } = opened;
    const field = page.getByLabel('pseudorapidity', { exact: false }).first();
    await answered(page, () => field.fill('1.25'));
    const before = await numbers(page);
    for (const wrong of ['', '11', '-1e9']) {
      await field.fill(wrong);
      expect(await page.locator('#jet-eta-error').textContent()).toMatch(/must be a number from −10 to 10/);
      expect(await field.getAttribute('aria-invalid')).toBe('true');
    }
    expect(await numbers(page)).toEqual(before);
    await answered(page, () => field.fill('0.5'));
    expect(await page.locator('#jet-eta-error').isVisible()).toBe(false);
  });

  test('outside of what the model was trained on it says so', async () => {
    const { page } = opened;
    await answered(page, () => page.fill('#jet-pt', '20000'));
    expect(await page.locator('#jet-range').textContent()).toMatch(/trained on \(pt from 10 to 4008 GeV\)/);
    await answered(page, () => page.fill('#jet-pt', '100'));
    expect(await page.locator('#jet-range').isVisible()).toBe(false);
  });

  test('a jet of the sample brings its true answer; the other task reads another stage of it', async () => {
    const { page } = opened;
    const choose = (task: string) => page.locator('#task-choice label', { hasText: task }).click();
    await answered(page, () => choose('Correction'));
    expect(await page.locator('#jet-legend').textContent()).toBe('The raw jet');
    await answered(page, () => page.getByRole('button', { name: 'A jet of the sample' }).click());
    await page.waitForFunction(() => location.hash.includes('sampleJet='));
    const row = Number(new URLSearchParams(page.url().split('?')[1]).get('sampleJet'));
    const { columns } = await readJets(join(MODELS, 'jets-sample.parquet'));
    const shown = await numbers(page);
    // Half of the last decimal shown: 10^-d / 2 with d = ceil(1.3 - log10 width) is at most 0.0251 of the width.
    const digits = (shown['68 % to']![0]! - shown['68 % from']![0]!) * 0.026;
    expect(Math.abs(shown['Input jet']![0]! - columns.raw_pt![row]!)).toBeLessThan(digits);
    expect(Math.abs(shown['True answer']![0]! - columns.gen_pt![row]!)).toBeLessThan(digits);
    expect(Math.abs(shown['Typical correction']![0]! - columns.reco_pt![row]!)).toBeLessThan(digits);
    await answered(page, () => choose('Simulation'));
    expect(Object.keys(await numbers(page))).not.toContain('True answer');
  });
});

test('a jet that is kept stands beside another one, as a response as well, and the link brings both', async () => {
  // Not the page whose jet is the last of the tests before.
  const { page } = await pages.open();
  await firstAnswer(page);
  const before = await numbers(page);
  await page.getByRole('button', { name: 'Keep to compare' }).click();
  await page.getByRole('rowheader', { name: 'Kept: median' }).waitFor();
  await page.selectOption('#jet-axis', 'response');
  await page.getByRole('button', { name: '1 TeV, central' }).click();
  // What came before may be answered once more meanwhile.
  await page.getByRole('cell', { name: '1000', exact: true }).waitFor();
  const after = await numbers(page);
  expect(after['Input jet']).toEqual([1000, 0.2, 1, 100]);
  // With as many digits as the width of the other answer deserves.
  expect(Math.abs(after['Kept: median']![0]! - before.Median![0]!)).toBeLessThan(1);
  const chart = page.locator('#chart-pt [role=img]');
  const [, median] = /response of the transverse momentum: median ([\d.]+),/.exec(
    (await chart.getAttribute('aria-label'))!,
  )!;
  expect(Number(median)).toBeCloseTo(after.Median![0]! / 1000, 2);

  await page.waitForFunction(() => /ptAxis=response.*pinned=/.test(location.hash));
  const copy = await pages.open({ hash: new URL(page.url()).hash.slice(1) });
  await copy.page.getByRole('rowheader', { name: 'Kept: median' }).waitFor();
  const kept = await page.innerText('#pinned-words');
  expect(kept).toMatch(/^kept: simulation, pt /);
  expect(await copy.page.innerText('#pinned-words')).toBe(kept);
  expect((await numbers(copy.page))['Kept: median']).toEqual(after['Kept: median']);
  expect(await copy.page.inputValue('#jet-axis')).toBe('response');
  await copy.page.getByRole('button', { name: 'Forget the kept jet' }).click();
  await copy.page.getByRole('rowheader', { name: 'Kept: median' }).waitFor({ state: 'hidden' });
  expect(copy.faults).toEqual([]);
  await copy.page.context().close();
});

test('before the first answer no empty chart is shown', async () => {
  pages.site.change = (file, bytes) => (file.endsWith('.wasm') ? undefined : bytes);
  const { page } = await pages.open();
  await page.waitForSelector('#model-message:not([hidden])');
  expect(await page.locator('#jet-charts').isVisible()).toBe(false);
  expect(await page.locator('.waiting').isVisible()).toBe(true);
  pages.site.change = undefined;
  await page.context().close();
});

describe('the link', () => {
  test('says what is wrong with it, and the rest of it is shown', async () => {
    const wrong = await pages.open({ hash: '/jet?model=nothing&pt=-3&eta=1.5&seed=0.5' });
    await firstAnswer(wrong.page);
    const message = await wrong.page.locator('#page-message').textContent();
    expect(message).toMatch(/pt is “-3”, not a number from 0.001 to/);
    expect(message).toMatch(/seed is “0.5”, not a whole number/);
    expect(await wrong.page.locator('#model-message').textContent()).toMatch(
      /no model “nothing” here.*simulation/,
    );
    expect((await numbers(wrong.page))['Input jet']).toEqual([100, 1.5, 1, 12]);
    expect(wrong.faults).toEqual([]);
  });
});
