/** Names and units of the variables as figures and tables show them, in the markup of typeset.ts. */
import { UNITS, type Variable } from '../jets/columns.js';

/** `*p*_{T}`, `*η*`, `*φ*`, `*m*`. */
export const SYMBOLS: Readonly<Record<Variable, string>> = {
  pt: '*p*_{T}',
  eta: '*η*',
  phi: '*φ*',
  mass: '*m*',
};

/** Symbol with its unit in brackets: `*p*_{T} [GeV]`. */
export function withUnit(variable: Variable): string {
  const unit = UNITS[variable];
  return unit ? `${SYMBOLS[variable]} [${unit}]` : SYMBOLS[variable];
}

/** A whole number with thin spaces between thousands: 20 000. */
export function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, '\u2009');
}

/** Text with `3e-5` in it as markup: `3 × 10^{−5}`. */
export function powerOfTen(text: string): string {
  return text.replace(/(\d)e-(\d+)/, '$1\u2009×\u200910^{\u2212$2}').replace(/\b1\u2009×\u2009/, '');
}

/** A tick's number with a true minus sign. */
export function tickLabel(value: number): string {
  const text = Math.abs(value) >= 10_000 ? grouped(Math.abs(value)) : String(Math.abs(value));
  return value < 0 ? `\u2212${text}` : text;
}
