/** The view of many jets as its reader works with it. */
import type { Page } from 'playwright-core';
import { dropBytes, type NamedBytes } from './drop-files.js';

/** What the page says of a file that was dropped: how many jets it holds, or what is wrong with it. */
export async function wordsOf(page: Page, file: NamedBytes): Promise<string> {
  await page.evaluate(() => document.querySelector('#jets-summary')!.replaceChildren());
  await dropBytes(page, '#jets-form', [file]);
  return wordsOnFile(page);
}

/** The same of the file that is being read. */
export async function wordsOnFile(page: Page): Promise<string> {
  const words = await page.waitForFunction(() => {
    const text = (id: string) => {
      const place = document.querySelector<HTMLElement>(`#${id}`)!;
      return place.hidden ? '' : place.innerText;
    };
    return text('jets-file-error') || (text('jets-summary').includes(' holds ') && text('jets-summary'));
  });
  return words.jsonValue() as Promise<string>;
}

/** Starts a study of so many samples a jet, and waits for what the page says at its end. */
export async function studied(page: Page, samples: number): Promise<string> {
  await page.fill('#jets-samples', String(samples));
  await page.evaluate(() => document.querySelector('#jets-live')!.replaceChildren());
  await page.getByRole('button', { name: 'Start' }).click();
  await page.waitForFunction(() => document.querySelector('#jets-live')!.textContent !== '');
  return (await page.textContent('#jets-live'))!;
}
