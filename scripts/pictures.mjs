// node scripts/pictures.mjs, after `npm start`: docs/pictures/report.png and page.png, as a browser shows the report of the
// shipped simulation model and the page.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openBrowser } from '../dist/test/browser/open-browser.js';
import { buildSite } from '../dist/test/web/build-site.js';
import { serveSite } from '../dist/test/web/serve-site.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const report = process.argv[2] ?? join(root, 'out', 'simulation', 'report.html');
const folder = join(root, 'docs', 'pictures');
mkdirSync(folder, { recursive: true });

buildSite();
const browser = await openBrowser();
const site = await serveSite();
try {
  await shoot(pathToFileURL(report).href, 'report.png', { width: 1160, height: 800 }, () => {
    document.querySelector('.verdict').scrollIntoView();
    return true;
  });
  await shoot(site.url, 'page.png', { width: 1160, height: 820 }, () => {
    // What a screen reader is told once the first jet is sampled.
    return document.querySelector('#jet-live').textContent !== '';
  });
} finally {
  await browser.close();
  await site.close();
}

async function shoot(url, name, viewport, ready = () => true) {
  const context = await browser.newContext({ viewport, locale: 'en-GB', serviceWorkers: 'block' });
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(ready);
  await page.screenshot({ path: join(folder, name) });
}
