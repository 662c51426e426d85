/** Names and units of the variables as figures and tables show them, in the markup of typeset.ts. */
import { UNITS, VARIABLES, type Variable } from '../jets/columns.js';
import { STAGES_OF_TASK } from '../model/tasks.js';
import type { JetSlice } from '../studies/closure-slices.js';
import type { Report } from '../studies/summarise.js';
import { shortP } from '../studies/verdict.js';

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

/** A sentence or name of our own as markup: symbols for the variables, a true minus sign, powers of ten, thin spaces. */
export function prose(text: string): string {
  const named = text.replace(VARIABLE_NAMES, (name) => SYMBOLS[name as Variable]);
  return powerOfTen(named.replace(/(?<![\w\u2212-])-(?=\d)/g, '\u2212')).replace(
    /(?<=\d),(?=\d{3}\b)/g,
    '\u2009',
  );
}

const VARIABLE_NAMES = new RegExp(`\\b(?:${VARIABLES.join('|')})\\b`, 'g');

/** Okabe and Ito's colours again, one a variable where they share a panel. */
export const VARIABLE_COLOURS: Readonly<Record<Variable, string>> = {
  pt: '#0072B2',
  eta: '#D55E00',
  phi: '#009E73',
  mass: '#CC79A7',
};

/** The range of a slice or cell: `20 – 50`, `300 and more`. */
export function rangeText(low: number, high: number | null): string {
  return high === null ? `${edgeText(low)} and more` : `${edgeText(low)} – ${edgeText(high)}`;
}

/** `*p*_{T} 20 – 50 GeV`, `|*η*| 3 and more`. */
export function sliceName({ of, low, high }: Pick<JetSlice, 'of' | 'low' | 'high'>): string {
  if (of === '|eta|') return `|${SYMBOLS.eta}| ${rangeText(low, high)}`;
  // The unit stands behind the number.
  const range = high === null ? `from ${edgeText(low)}` : rangeText(low, high);
  return `${SYMBOLS.pt} ${range} ${UNITS.pt}`;
}

/** Two digits at least, and no decimals that a reader of slices does not need. */
export function edgeText(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value < 0.01 ? '0' : String(Number(value.toPrecision(2)));
}

/** With a true minus sign, and none before zeros. */
export function signed(value: number, decimals: number): string {
  return value
    .toFixed(decimals)
    .replace(/^-(?=[0.]*$)/, '')
    .replace('-', '\u2212');
}

/** A p-value as markup: `0.31`, `3 × 10^{−5}`. */
export function pText(pValue: number): string {
  return powerOfTen(shortP(pValue).replace(/^= /, ''));
}

/** The same behind "p": `= 0.31`, `< 10^{−99}`. */
export function pEquals(pValue: number): string {
  return powerOfTen(shortP(pValue));
}

/** `Simulation: gen → reco`. */
export function taskLine({ task }: Pick<Report, 'task'>): string {
  const { input, target } = STAGES_OF_TASK[task];
  return `${task === 'simulation' ? 'Simulation' : 'Correction'}: ${input} → ${target}`;
}

/** What stands above a figure's frame, left and right. */
export function headingOf(report: Report, jets: number, samples?: number): [string, string] {
  return [taskLine(report), `${grouped(jets)} jets${samples ? ` × ${grouped(samples)} samples` : ''}`];
}

/** A whole number with thin spaces between thousands: 20 000. */
export function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, '\u2009');
}

/** Digits that a line may not break between, where {@link grouped} has a thin space. HTML. */
export function unbroken(html: string): string {
  return html.replace(/(?<=\d)\u2009(?=\d{3})/g, '\u202f');
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
