/** Files dropped on the page, as a person does it with a mouse. */
import type { Page } from 'playwright-core';

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** @param zone selector of the element below the mouse. */
export async function dropBytes(page: Page, zone: string, files: readonly NamedBytes[]): Promise<void> {
  const encoded = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
  const transfer = await page.evaluateHandle((all) => {
    const made = new DataTransfer();
    for (const { name, base64 } of all)
      made.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name));
    return made;
  }, encoded);
  for (const event of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent(zone, event, { dataTransfer: transfer });
  await transfer.dispose();
}
