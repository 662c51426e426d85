/** A real Chromium, whose binary comes inside an npm package: nothing else has to be installed. */
import bundledChromium from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await bundledChromium.executablePath(),
    // Not the arguments that come with it: those switch off the web's security, and share one process among all tabs.
    args: ['--no-sandbox', '--disable-gpu'],
    headless: true,
  });
}
