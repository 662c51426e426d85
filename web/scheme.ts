/** The colour scheme: the system's, or the one chosen here, which is kept where the browser keeps things. */
import { byId } from './dom.js';
import { paletteChanged } from './palette.js';

const SCHEMES = ['light dark', 'light', 'dark'];

export function openScheme(): void {
  const select = byId('scheme', HTMLSelectElement);
  const before = kept('scheme');
  if (before !== null && SCHEMES.includes(before)) {
    select.value = before;
    apply(before);
  }
  select.addEventListener('change', () => {
    apply(select.value);
    keep('scheme', select.value);
  });
}

function apply(scheme: string): void {
  document.documentElement.style.colorScheme = scheme;
  document.documentElement.dataset.scheme = scheme;
  paletteChanged();
}

/** A browser that denies storage keeps nothing, and that is all. */
const PREFIX = 'jet-iqn.';

function kept(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Denied or full: the choice holds until the page is closed.
  }
}
