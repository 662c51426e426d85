/**
 * What the page costs and how fast it is, in a real browser: `node dist/test/web/measure.js`. For a machine that does
 * nothing else meanwhile.
 */
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from '../browser/open-browser.js';
import { PROJECT_ROOT } from '../project-root.js';
import { downloadSizes } from './download-sizes.js';
import { firstAnswer } from './jet-view.js';
import { studied, wordsOnFile } from './jets-view.js';
import { serveSite } from './serve-site.js';

const SLIDING_MILLISECONDS = 4000;
/** Bytes of a large file. */
const LARGE = 2 * 2 ** 30;

const site = await serveSite();
const browser = await openBrowser();
try {
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1280, height: 900 } });
  const start = performance.now();
  await page.goto(site.url);
  await firstAnswer(page);
  const opening = performance.now() - start;

  const sliding = await page.evaluate(async (milliseconds) => {
    const slider = document.querySelector<HTMLInputElement>('#jet-sliders input[type=range]')!;
    const results = document.querySelector<HTMLElement>('#jet-results')!;
    const frames: number[] = [];
    const updates = () => Number(results.dataset.frames);
    const before = updates();
    const first = performance.now();
    let last = first;
    while (last - first < milliseconds) {
      // A hand moves it a little before every frame.
      slider.value = String(500 + Math.round(200 * Math.sin((last - first) / 500)));
      slider.dispatchEvent(new Event('input'));
      const now = await new Promise<number>((resolve) =>
        requestAnimationFrame(() => resolve(performance.now())),
      );
      frames.push(now - last);
      last = now;
    }
    frames.sort((a, b) => a - b);
    return {
      updatesPerSecond: (1000 * (updates() - before)) / (last - first),
      medianFrame: frames[frames.length >> 1]!,
      longFrame: frames[Math.floor(0.99 * frames.length)]!,
    };
  }, SLIDING_MILLISECONDS);

  await page.getByRole('link', { name: 'Many jets' }).click();
  await page.getByRole('button', { name: 'Test jets' }).click();
  await wordsOnFile(page);
  const started = performance.now();
  await page.getByRole('button', { name: 'Start' }).click();
  await page.waitForFunction(() => document.querySelector('#jets-live')!.textContent !== '');
  const study = performance.now() - started;

  const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-large-'));
  const file = join(folder, 'large.parquet');
  makeLarge(file);
  const memoryBefore = peakMemory();
  const chosen = performance.now();
  await page.evaluate(() => document.querySelector('#jets-summary')!.replaceChildren());
  await page.setInputFiles('#jets-drop input', file);
  await wordsOnFile(page);
  const reading = performance.now() - chosen;
  await page.fill('#jets-count', '100');
  const summing = performance.now();
  await studied(page, 10);
  const hashing = performance.now() - summing;
  const memory = peakMemory() - memoryBefore;
  rmSync(folder, { recursive: true });

  const { first, all } = downloadSizes();
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`;
  console.log(`opened, first answer        ${(opening / 1000).toFixed(1)} s`);
  console.log(
    `updates while sliding       ${sliding.updatesPerSecond.toFixed(0)} a second, 2000 samples each`,
  );
  console.log(
    `frames while sliding        ${sliding.medianFrame.toFixed(1)} ms median, ${sliding.longFrame.toFixed(1)} ms at 99 %`,
  );
  console.log(`20000 jets × 100 samples    ${(study / 1000).toFixed(1)} s from Start to the verdict`);
  console.log(
    `Parquet file of 2 GB        jets after ${(reading / 1000).toFixed(1)} s, 100 of them studied and its checksum after ${(hashing / 1000).toFixed(1)} s more; ${memory.toFixed(0)} MB more than before at the most`,
  );
  console.log(
    `download, gzip              ${megabytes(first)} for the first answer, ${megabytes(all)} for all of it`,
  );
} finally {
  await browser.close();
  await site.close();
}

/** The sample with a hole between its jets and its table of contents. */
function makeLarge(path: string): void {
  const bytes = readFileSync(join(PROJECT_ROOT, 'models', 'jets-sample.parquet'));
  const contents = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
  const file = openSync(path, 'w');
  writeSync(file, bytes, 0, contents, 0);
  writeSync(file, bytes, contents, bytes.length - contents, LARGE - (bytes.length - contents));
  closeSync(file);
}

/** Of all processes of the browser, MB: Linux's count. */
function peakMemory(): number {
  const own = new Set([String(process.pid)]);
  const statuses = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .sort((a, b) => Number(a) - Number(b))
    .map((pid) => ({ pid, status: statusOf(pid) }));
  let total = 0;
  for (const { pid, status } of statuses) {
    if (!own.has(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? '')) continue;
    own.add(pid);
    total += Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return total / 1000;
}

/** Empty of a process that has ended. */
function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
