/** The link of what is shown, as a text on the clipboard. */
import { byId } from './dom.js';
import type { Link } from './link.js';

export function openShare(link: Link): void {
  const button = byId('share', HTMLButtonElement);
  const said = byId('share-said', HTMLElement);
  button.addEventListener('click', async () => {
    link.flush();
    said.textContent = await copyText(
      location.href,
      'The link is on the clipboard.',
      'the link is in the address bar.',
    );
  });
}

/** @returns `done`, or that the browser does not allow it and what to do `instead`. */
export async function copyText(text: string, done: string, instead: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return done;
  } catch {
    return `The browser does not allow copying; ${instead}`;
  }
}
