/** The library in a real browser: a page that is built around all of it, where tests call it as `jetIqn`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type * as library from '../../src/web.js';
import { openBrowser } from '../browser/open-browser.js';
import { PROJECT_ROOT } from '../project-root.js';
import { buildPage } from './build-page.js';
import { type Served, serveFolders } from './serve-folders.js';

/** What docs/embed.md says that a page needs. */
export const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

declare global {
  /** Only of the page. */
  var jetIqn: typeof library;
}

export interface LibraryPage {
  readonly page: Page;
  readonly served: Served;
  /** The folder with the built files. */
  readonly built: string;
  /** Errors, warnings and refusals that the browser told of; to be none. */
  readonly faults: string[];
  close(): Promise<void>;
}

/** The shipped bundles lie at `models/`. */
export async function openLibraryPage(): Promise<LibraryPage> {
  const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-page-'));
  const built = await buildLibrary(folder);
  const served = await serveFolders(
    { '': built, models: join(PROJECT_ROOT, 'models') },
    { 'Content-Security-Policy': POLICY },
  );
  const browser = await openBrowser();
  const page = await browser.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text());
  });
  await page.goto(served.url);
  await page.waitForFunction(() => 'jetIqn' in globalThis);
  return {
    page,
    served,
    built,
    faults,
    async close() {
      await browser.close();
      await served.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @returns where in `folder` the built page lies. */
async function buildLibrary(folder: string): Promise<string> {
  const source = join(folder, 'page');
  mkdirSync(source);
  const entry = join(PROJECT_ROOT, 'dist', 'src', 'web.js');
  writeFileSync(
    join(source, 'index.html'),
    `<!doctype html>
    <html lang="en">
      <head><meta charset="utf-8"><title>jet-iqn</title></head>
      <body><script type="module">
        import * as library from '${entry}';
        globalThis.jetIqn = library;
      </script></body>
    </html>`,
  );
  const built = join(folder, 'built');
  await buildPage(source, built);
  return built;
}
