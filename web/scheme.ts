/** The colour scheme: the system's, or the one chosen here, which is kept where the browser keeps things. */
import { byId } from './dom.js';
import { keep, kept } from './keep.js';
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
  paletteChanged();
}
