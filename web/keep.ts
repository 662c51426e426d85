/** Small things kept from visit to visit; a browser that denies storage keeps nothing, and that is all. */

const PREFIX = 'jet-iqn.';

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Denied or full: the choice holds until the page is closed.
  }
}
