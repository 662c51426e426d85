/** The page's Content-Security-Policy: there, strict, and kept by the browser; pages of other tests never break it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PROJECT_ROOT } from '../project-root.js';
import { firstAnswer } from './jet-view.js';
import { sitePages } from './site-pages.js';

const pages = sitePages();

test('stands in the page and allows its own files alone', () => {
  const html = readFileSync(join(PROJECT_ROOT, 'dist', 'web', 'index.html'), 'utf8');
  const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)!;
  const parts = policy!.split('; ');
  expect(parts).toContain("default-src 'none'");
  for (const part of parts) expect(part).toMatch(/^[a-z-]+( 'self'| 'none'| 'wasm-unsafe-eval'| blob:)+$/);
  expect(html).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/);
});

test('keeps out what somebody might bring in: scripts, evaluated text, other sites', async () => {
  const { page, faults } = await pages.open();
  await firstAnswer(page);
  expect(faults).toEqual([]);
  const ran = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.head.append(script);
    const asked = await fetch('http://127.0.0.1:9/').then(
      () => true,
      () => false,
    );
    return { inline: 'ran' in window, asked };
  });
  expect(ran).toEqual({ inline: false, asked: false });
  expect(faults.filter((fault) => fault.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(
    2,
  );
});
