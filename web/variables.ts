/** How the page writes the four variables: symbols as elements, numbers with as many digits as mean something. */
import { UNITS, type Variable } from '../src/jets/columns.js';
import { unbroken } from '../src/report/labels.js';
import { runsOf } from '../src/report/typeset.js';
import { type Content, element } from './dom.js';

/** As a screen reader says them. */
export const SPOKEN: Readonly<Record<Variable, string>> = {
  pt: 'transverse momentum',
  eta: 'pseudorapidity',
  phi: 'azimuth',
  mass: 'mass',
};

/** p with subscript T, η, φ, m: italic. */
export function symbol(variable: Variable): HTMLElement {
  if (variable === 'pt')
    return element('span', { class: 'symbol' }, element('i', {}, 'p'), element('sub', {}, 'T'));
  const letter = { eta: 'η', phi: 'φ', mass: 'm' }[variable];
  return element('span', { class: 'symbol' }, element('i', {}, letter));
}

/** The report's markup (typeset.ts) as elements. */
export function typeset(markup: string): Content[] {
  const tags = { italic: 'i', sub: 'sub', super: 'sup' } as const;
  return runsOf(unbroken(markup)).map(({ text, style }) =>
    style === 'roman' ? text : element(tags[style], {}, text),
  );
}

/** ` GeV`, or nothing. */
export function unitSuffix(variable: Variable): string {
  return UNITS[variable] && `\u00a0${UNITS[variable]}`;
}

/** A value with the decimals that its distribution's width deserves: a hundredth of the width. */
export function valueText(value: number, width: number): string {
  const decimals = Math.min(5, Math.max(0, Math.ceil(1.3 - Math.log10(Math.max(width, 1e-6)))));
  return minus(value.toFixed(decimals));
}

/** With a true minus sign. */
export function minus(text: string): string {
  return text.replace(/^-(?=.*[1-9])/, '\u2212').replace(/^-/, '');
}

/** A whole number with thin spaces between thousands, which no line breaks at. */
export function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** A p-value in two digits, small ones as one digit and a power of ten. */
export function pText(p: number): string {
  if (p >= 0.001) return p.toPrecision(2);
  const [digit, exponent] = Math.max(p, 1e-300).toExponential(0).split('e-') as [string, string];
  const superscript = [...exponent].map((each) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(each)]).join('');
  return `${digit}\u2009×\u200910⁻${superscript}`;
}
