/** The built site in a real browser: pages of it as somebody would open them, and what goes wrong in them. */
import { afterAll, beforeAll } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openBrowser } from '../browser/open-browser.js';
import { type Site, serveSite } from './serve-site.js';

export interface PageOptions {
  /** The part of the address after `#`. */
  readonly hash?: string;
  readonly context?: BrowserContextOptions;
  /** Whether the page may keep itself for use without a network; else the browser allows no service worker. */
  readonly keeps?: boolean;
  /** Runs in the page before anything of its own. */
  readonly before?: () => void;
}

export interface OpenedPage {
  readonly page: Page;
  /** Errors, warnings and refusals that the browser told of, and requests that left the site; to be none. */
  readonly faults: string[];
}

/** A browser and a server for the tests of one file. */
export interface SitePages {
  readonly site: Site;
  readonly browser: Browser;
  open(options?: PageOptions): Promise<OpenedPage>;
}

/** Milliseconds: for machines that do much else at once. */
const PATIENCE = 90_000;
const KNOWN = ['Service Worker registration blocked by Playwright'];

/** To be called once, at the top of a test file. */
export function sitePages(): SitePages {
  let site: Site;
  let browser: Browser;
  beforeAll(async () => {
    [site, browser] = await Promise.all([serveSite(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  return {
    get site() {
      return site;
    },
    get browser() {
      return browser;
    },
    async open({ hash = '', context = {}, keeps = false, before } = {}) {
      const place = await browser.newContext({
        viewport: { width: 1280, height: 900 },
        locale: 'en-GB',
        serviceWorkers: keeps ? 'allow' : 'block',
        ...context,
      });
      const page = await place.newPage();
      page.setDefaultTimeout(PATIENCE);
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type()) && !KNOWN.includes(message.text()))
          faults.push(`${message.type()}: ${message.text()}`);
      });
      place.on('request', (request) => {
        if (!request.url().startsWith(site.url) && !request.url().startsWith('blob:'))
          faults.push(`request: ${request.url()}`);
      });
      if (before) await page.addInitScript(before);
      await page.goto(`${site.url}${hash && `#${hash}`}`);
      return { page, faults };
    },
  };
}
