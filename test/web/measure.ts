/**
 * What the page costs and how fast it is, in one thread of a real browser: `node dist/test/web/measure.js`. For a machine
 * that does nothing else meanwhile.
 */
import { openBrowser } from '../browser/open-browser.js';
import { downloadSizes } from './download-sizes.js';
import { firstAnswer } from './jet-view.js';
import { wordsOnFile } from './jets-view.js';
import { serveSite } from './serve-site.js';

const SLIDING_MILLISECONDS = 4000;

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
  await page.getByRole('button', { name: 'Take the sample that ships' }).click();
  await wordsOnFile(page);
  const started = performance.now();
  await page.getByRole('button', { name: 'Start' }).click();
  await page.waitForFunction(() => document.querySelector('#jets-live')!.textContent !== '');
  const study = performance.now() - started;

  const { first, all } = downloadSizes();
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`;
  console.log(`opened, first answer        ${(opening / 1000).toFixed(1)} s`);
  console.log(
    `updates while sliding       ${sliding.updatesPerSecond.toFixed(0)} a second, 2000 samples each`,
  );
  console.log(
    `frames while sliding        ${sliding.medianFrame.toFixed(1)} ms median, ${sliding.longFrame.toFixed(1)} ms at 99 %`,
  );
  console.log(`10000 jets × 100 samples    ${(study / 1000).toFixed(1)} s from Start to the last figure`);
  console.log(
    `download, gzip              ${megabytes(first)} for the first answer, ${megabytes(all)} for all of it`,
  );
} finally {
  await browser.close();
  await site.close();
}
