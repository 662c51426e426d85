/** Many jets: files of each format, and a study that grows, waits, goes on and stops. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { FileChooser } from 'playwright-core';
import { bundleEngine } from '../../src/engines/open.js';
import { readJets } from '../../src/files/read-jets.js';
import { loadBundle } from '../../src/load-bundle.js';
import type { Report } from '../../src/studies/summarise.js';
import { verdictWord } from '../../src/studies/verdict.js';
import { study } from '../../src/study.js';
import { EVENTS, fileOf, JETS } from '../files/files.js';
import { PROJECT_ROOT } from '../project-root.js';
import { dropBytes } from './drop-files.js';
import { studied, wordsOf, wordsOnFile } from './jets-view.js';
import { type OpenedPage, sitePages } from './site-pages.js';

const pages = sitePages();
let opened: OpenedPage;
beforeAll(async () => {
  opened = await pages.open({ hash: '/jets' });
});
afterEach(() => expect(opened.faults.splice(0)).toEqual([]));

describe('a file dropped', () => {
  const tables = JETS.gen_pt!.length;
  test.each([
    ['CMS NanoAOD', 'nanoaod-v9.root', EVENTS.matched.raw_pt!.length],
    ['NanoAOD as RNTuple', 'rntuple-imported.root', EVENTS.matched.raw_pt!.length],
    ['Parquet', 'jets-zstd.parquet', tables],
    ['CSV', 'jets.csv', tables],
    ['CSV, packed', 'jets-gzip.csv', tables],
    ['an Arrow file', 'jets-lz4.feather', tables],
    ['an Arrow stream', 'jets-stream.arrows', tables],
  ])('is read and studied: %s', async (_, name, jets) => {
    const words = await wordsOf(opened.page, { name, bytes: readFileSync(fileOf(name)) });
    expect(words).toContain(`${name} holds ${jets} jets: raw, reco, gen.`);
    expect(await studied(opened.page, 10)).toMatch(new RegExp(`^Study done. ${jets} jets × 10 samples in`));
  });

  test('may be chosen by the keyboard instead', async () => {
    const { page } = opened;
    await page.focus('#jets-drop input');
    await page.evaluate(() => document.querySelector('#jets-summary')!.replaceChildren());
    // Where the machine has much to do, a key may count no longer when the page comes to it.
    for (
      let chooser: FileChooser | undefined;
      !chooser;
      await chooser?.setFiles(fileOf('jets-none.parquet'))
    ) {
      const opened = page.waitForEvent('filechooser', { timeout: 5000 }).catch(() => undefined);
      await page.keyboard.press('Enter');
      chooser = await opened;
    }
    expect(await wordsOnFile(page)).toContain(`jets-none.parquet holds ${tables} jets`);
  });

  test('of which the newest wins where two come at once', async () => {
    const { page } = opened;
    await page.evaluate(() => document.querySelector('#jets-summary')!.replaceChildren());
    const bytes = readFileSync(fileOf('jets.csv'));
    for (const name of ['first.csv', 'second.csv']) await dropBytes(page, '#jets-form', [{ name, bytes }]);
    await page.waitForFunction(() =>
      document.querySelector('#jets-summary')!.textContent!.includes('second.csv holds'),
    );
  });
});

describe('a study of the sample that ships', () => {
  /** The bar, from 0 to 1. */
  const share = () => opened.page.$eval('#jets-progress', (bar) => (bar as HTMLProgressElement).value);
  const button = (name: string) => opened.page.getByRole('button', { name, exact: true });

  beforeAll(async () => {
    const { page } = opened;
    await page.evaluate(() => document.querySelector('#jets-summary')!.replaceChildren());
    await button('Test jets').click();
    expect((await wordsOnFile(page)).replace(/\s/g, ' ')).toContain('holds 20 000 jets');
    await page.fill('#jets-count', '20000');
    await page.fill('#jets-samples', '200');
    await page.evaluate(() => document.querySelector('#jets-live')!.replaceChildren());
    await button('Start').click();
  });

  test('grows: its spectra are there long before its end', async () => {
    await opened.page.waitForSelector('#jets-results .pairs img');
    await opened.page.waitForFunction(
      () => document.querySelector<HTMLProgressElement>('#jets-progress')!.value > 0.01,
    );
    expect(await share()).toBeLessThan(0.9);
    expect(await opened.page.innerText('#jets-progress-text')).toMatch(/predictions a second; \d+ s left/);
    expect(await button('Predictions as CSV').isDisabled()).toBe(true);
  });

  test('waits while it is paused, and goes on', async () => {
    const { page } = opened;
    await button('Pause').click();
    expect(await page.innerText('#jets-progress-text')).toMatch(/^Paused/);
    // What was under way when the gate closed ends within a moment, longer where the machine has much to do.
    let held = Number.NaN;
    for (let at = await share(); at !== held; at = await share()) {
      held = at;
      await page.waitForTimeout(1000);
    }
    expect(held).toBeLessThan(0.9);
    await button('Go on').click();
    await page.waitForFunction(
      (before) => document.querySelector<HTMLProgressElement>('#jets-progress')!.value > before,
      held,
    );
  });

  test('refuses another file while it runs', async () => {
    const { page } = opened;
    const file = { name: 'jets.csv', bytes: readFileSync(fileOf('jets.csv')) };
    expect(await wordsOf(page, file)).toMatch(/A study is running: cancel it/);
  });

  test('stops where it is cancelled, and keeps what it has', async () => {
    const { page } = opened;
    await button('Cancel').click();
    await page.waitForFunction(() => document.querySelector('#jets-live')!.textContent !== '');
    const words = (await page.textContent('#jets-live'))!.replace(/\s/g, ' ');
    const [, done] = /Stopped after ([\d ]+) of 20 000 jets × 200 samples/.exec(words)!;
    expect(Number(done!.replace(/ /g, '')) / 20_000).toBeCloseTo(await share(), 6);
    expect(await button('Predictions as CSV').isEnabled()).toBe(true);
    expect(await page.locator(':focus').textContent()).toBe('Start');
  });
});

describe('a file that the link names', () => {
  const wordsOfLink = async (hash: string) => {
    const { page, faults } = await pages.open({ hash });
    const words = await wordsOnFile(page);
    await page.context().close();
    return { words: words.replace(/\s/g, ' '), faults };
  };

  test.each([true, false])('is read from beside the page; by a server with ranges: %p', async (ranges) => {
    pages.site.ranges = ranges;
    const file = 'examples/nano-generated.root';
    const { words, faults } = await wordsOfLink(`/jets?file=${file}`);
    expect(words).toContain('nano-generated.root holds 2 400 jets: raw, reco, gen.');
    expect(faults).toEqual([]);
    expect(pages.site.asked.splice(0).filter((asked) => asked === file).length > 1).toBe(ranges);
    pages.site.ranges = false;
  });

  test('may not be on another server, and is named where it is missing', async () => {
    const { words } = await wordsOfLink('/jets?file=https://example.org/jets.root');
    expect(words).toMatch(/only name a file beside the page, not one of example.org/);
    expect((await wordsOfLink('/jets?file=nowhere.root')).words).toMatch(
      /nowhere.root: is not on the server .*404/,
    );
  });
});

/** The same samples, tests and seeds: both say the same of the model. */
test('the verdict is that of the command line', async () => {
  const STUDIED = 1000;
  const { page, faults } = await pages.open({
    hash: `/jets?file=models/jets-sample.parquet&jets=${STUDIED}`,
  });
  await wordsOnFile(page);
  const words = await studied(page, 20);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Report as JSON' }).click(),
  ]);
  const here: Report = JSON.parse(readFileSync(await download.path(), 'utf8'));
  const folder = join(PROJECT_ROOT, 'models');
  const bundle = await loadBundle(join(folder, 'simulation'));
  const jets = await readJets(join(folder, 'jets-sample.parquet'), { limit: STUDIED });
  const engine = await bundleEngine(bundle.source, 'wasm');
  const there = await study(bundle, jets, { samples: 20, threads: 2, engine });
  await bundle.close();

  expect(here.input.sha256).toBe(there.input.sha256);
  expect(here.verdict.passed).toBe(there.verdict.passed);
  expect(words).toContain(verdictWord(there.verdict));
  expect(await page.innerText('.verdict h3')).toBe(verdictWord(there.verdict));
  expect(here.verdict.tests.map(({ name, jets }) => [name, jets])).toEqual(
    there.verdict.tests.map(({ name, jets }) => [name, jets]),
  );
  // The rounding of two arithmetics moves a few ranks among thousands.
  here.verdict.tests.forEach(({ pValue }, i) => {
    expect(Math.abs(pValue - there.verdict.tests[i]!.pValue)).toBeLessThan(0.01);
  });
  expect(faults).toEqual([]);
});

test('another detector fails, and the one-page report says so too', async () => {
  const { page, faults } = await pages.open({ hash: '/jets?file=examples/another-detector.csv&jets=1000' });
  await wordsOnFile(page);
  expect(await studied(page, 20)).toMatch(/Failed\.$/);
  const verdict = await page.innerText('.verdict.failed');
  // Scale and resolution first, then the tests: pt's symbol is an italic p with a subscript.
  expect(verdict).toMatch(
    /Scale and resolution, .*pT scale [+\u2212]?\d+.*%.*\n[\s\S]*pT is predicted .*too high/,
  );
  await page.waitForSelector('.rows .quarters img');
  const scale = await page.innerText('.figures section:has(.rows)');
  expect(scale).toMatch(/reco over gen [\s\S]*Response of pT against pT, in ranges of \|η\|/);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Report as one page' }).click(),
  ]);
  const html = readFileSync(await download.path(), 'utf8');
  expect(html).toMatch(/^<!doctype html>[\s\S]*<h2>Failed<\/h2>/);
  expect(html).toContain('expected coverage (TARP)');
  expect(html.match(/<svg /g)!.length).toBeGreaterThanOrEqual(19);
  expect(faults).toEqual([]);
});
