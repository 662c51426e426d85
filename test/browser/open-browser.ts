/**
 * A real Chromium, whose binary comes inside an npm package for Linux on x64: nothing else has to be installed there.
 * Elsewhere the Chrome or Edge of the machine serves.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, LaunchOptions } from 'playwright-core';
import { PROJECT_ROOT } from '../project-root.js';

const OPTIONS: LaunchOptions = {
  args: ['--no-sandbox', '--disable-gpu'],
  headless: true,
  // By LANG=C a path of other than ASCII is none.
  env: { ...process.env, LC_ALL: 'C.UTF-8' },
};
const BUNDLED = process.platform === 'linux' && process.arch === 'x64';
/** Beside the package that it comes from, so that a new version of it brings a new browser. */
const UNPACKED = join(PROJECT_ROOT, 'node_modules', '@sparticuz', 'chromium', 'unpacked');

/**
 * @param args more of Chromium's own arguments.
 * @throws Error that says what to install where this platform has no browser for the tests.
 */
export async function openBrowser(args: readonly string[] = []): Promise<Browser> {
  // Not where only the unpacking is wanted: it takes half a second.
  const { chromium } = await import('playwright-core');
  const options = { ...OPTIONS, args: [...OPTIONS.args!, ...args] };
  if (BUNDLED) {
    // Not the arguments that come with it: those switch off the web's security, and share one process among all tabs.
    return chromium.launch({ ...options, executablePath: unpackBrowser() });
  }
  for (const channel of ['chrome', 'msedge']) {
    const browser = await chromium.launch({ ...options, channel }).catch(() => undefined);
    if (browser) return browser;
  }
  throw new Error(
    `No browser for the tests of pages on ${process.platform} ${process.arch}: npm brings one for Linux on x64 only; install Chrome or Edge, then run the tests again`,
  );
}

/**
 * Unpacks the browser that npm brings, once for this checkout. The package itself unpacks to fixed names in the shared
 * temporary folder, and runs what is there already, half written or another user's: so a process of
 * its own does it, in a new folder which gets its name when all is in it.
 *
 * @returns the path of the program.
 */
export function unpackBrowser(): string {
  const program = join(UNPACKED, 'chromium');
  if (!BUNDLED || existsSync(program)) return program;
  const folder = mkdtempSync(`${UNPACKED}-`);
  try {
    const code = `import chromium from '${import.meta.resolve('@sparticuz/chromium')}'; await chromium.executablePath();`;
    execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
      env: { ...process.env, TMPDIR: folder },
    });
    renameSync(folder, UNPACKED);
  } catch (error) {
    // Another process was first, and its folder is whole.
    if (!existsSync(program)) throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return program;
}
