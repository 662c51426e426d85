/** A report full of scripts where names and texts from files stand, opened in a real browser: none of it runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { reportHtml } from '../../src/report/page.js';
import type { Report } from '../../src/studies/summarise.js';
import { openBrowser } from '../browser/open-browser.js';
import { exampleReport, renderFigures } from './example-report.js';

const HOSTILE = `gen_pt"></style></title><script>window.ran = true</script><img src=x onerror="window.ran = true">`;

let folder: string;
let browser: Browser;
let page: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-hostile-'));
  browser = await openBrowser();
  const report = withHostileTexts(await exampleReport());
  page = await reportHtml(report, await renderFigures(report));
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Every text of a report replaced, but for those that choose between our own words. */
function withHostileTexts(report: Report): Report {
  const ours = new Set(['task', 'kind', 'format']);
  const replaced = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return ours.has(key) ? value : HOSTILE;
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    if (Array.isArray(value)) return value.map((item) => replaced(item, key));
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaced(inner, name)]));
  };
  return { ...(replaced(report, '') as Report), versions: { [HOSTILE]: HOSTILE } };
}

/** What happens when a text is opened as a page. */
async function open(
  html: string,
): Promise<{ ran: boolean; asked: string[]; refused: string[]; shown: string }> {
  const file = join(folder, 'page.html');
  writeFileSync(file, html);
  const tab = await browser.newPage();
  const asked: string[] = [];
  const refused: string[] = [];
  tab.on('request', (request) => asked.push(request.url()));
  tab.on('console', (message) => refused.push(message.text()));
  await tab.goto(pathToFileURL(file).href, { waitUntil: 'load' });
  const ran = await tab.evaluate('window.ran === true');
  const shown = (await tab.textContent('main')) ?? '';
  await tab.close();
  return { ran: ran === true, asked: asked.slice(1), refused, shown };
}

describe('a report with scripts for names', () => {
  test('shows them as text, runs nothing and asks for nothing', async () => {
    const { ran, asked, refused, shown } = await open(page);
    expect(shown).toContain(HOSTILE);
    expect({ ran, asked, refused }).toEqual({ ran: false, asked: [], refused: [] });
  });

  test('is kept from running one by its policy too, were the escaping forgotten', async () => {
    const unescaped = page.replace('<main>', `<main><script>window.ran = true</script>`);
    const { ran, refused } = await open(unescaped);
    expect(ran).toBe(false);
    expect(refused.join()).toContain('Content Security Policy');
  });

  test('would run one without either: this test can fail', async () => {
    const bare = page
      .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')
      .replace('<main>', `<main><script>window.ran = true</script>`);
    expect((await open(bare)).ran).toBe(true);
  });
});
