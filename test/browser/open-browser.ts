/**
 * A real Chromium, whose binary comes inside an npm package for Linux on x64: nothing else has to be installed there.
 * Elsewhere the Chrome or Edge of the machine serves.
 */
import bundledChromium from '@sparticuz/chromium';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

const OPTIONS: LaunchOptions = { args: ['--no-sandbox', '--disable-gpu'], headless: true };

/**
 * @param args more of Chromium's own arguments.
 * @throws Error that says what to install where this platform has no browser for the tests.
 */
export async function openBrowser(args: readonly string[] = []): Promise<Browser> {
  const options = { ...OPTIONS, args: [...OPTIONS.args!, ...args] };
  if (process.platform === 'linux' && process.arch === 'x64') {
    // Not the arguments that come with it: those switch off the web's security, and share one process among all tabs.
    return chromium.launch({ ...options, executablePath: await bundledChromium.executablePath() });
  }
  for (const channel of ['chrome', 'msedge']) {
    const browser = await chromium.launch({ ...options, channel }).catch(() => undefined);
    if (browser) return browser;
  }
  throw new Error(
    `No browser for the tests of pages on ${process.platform} ${process.arch}: npm brings one for Linux on x64 alone; install Chrome or Edge, then run the tests again`,
  );
}
