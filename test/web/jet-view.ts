/** The view of one jet as its reader sees it. */
import type { Page } from 'playwright-core';

/** Does something to the page and waits for the answer that follows it, with the controls at rest. */
export async function answered(page: Page, act: () => Promise<unknown> = async () => {}): Promise<void> {
  // Nothing else empties what a screen reader is told.
  await page.evaluate(() => document.querySelector('#jet-live')!.replaceChildren());
  await act();
  await page.waitForFunction(() => document.querySelector('#jet-live')!.textContent !== '');
}

/** Waits for the first answer. */
export async function firstAnswer(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('#jet-live')!.textContent !== '');
}

/** The table of numbers: rows by name, each with pt, eta, phi, mass. */
export async function numbers(page: Page): Promise<Record<string, number[]>> {
  const rows = await page.$$eval('#jet-table tbody tr:not([hidden])', (all) =>
    all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')),
  );
  return Object.fromEntries(
    rows.map(([name, ...values]) => [name!, values.map((text) => Number(text.replace('\u2212', '-')))]),
  );
}
