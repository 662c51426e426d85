/** The colours of the charts, as the style sheet has them for the scheme in force. */

const NAMES = [
  'predicted',
  'interval',
  'samples',
  'truth',
  'expected',
  'typical',
  'answer',
  'pinned',
  'ink',
  'faint',
  'grid',
  'paper',
] as const;
export type Palette = Readonly<Record<(typeof NAMES)[number], string>>;

let current: Palette | undefined;
const listeners = new Set<() => void>();

/** Okabe and Ito's colours, lighter ones where the scheme is dark. */
export function palette(): Palette {
  if (!current) {
    // What var() and light-dark() come to is known of an element that has it.
    const probe = document.body.appendChild(document.createElement('i'));
    current = Object.fromEntries(
      NAMES.map((name) => {
        probe.style.color = `var(--chart-${name})`;
        return [name, getComputedStyle(probe).color];
      }),
    ) as unknown as Palette;
    probe.remove();
  }
  return current;
}

/** Calls `redraw` whenever the colours change. */
export function onPaletteChange(redraw: () => void): void {
  listeners.add(redraw);
}

/** To be called when the scheme was switched by hand; switches of the system are seen here. */
export function paletteChanged(): void {
  current = undefined;
  for (const redraw of listeners) redraw();
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paletteChanged);
