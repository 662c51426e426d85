/** Where an axis has ticks: values that are labelled, and smaller ticks between them. */
import { ticks } from 'd3-array';
import { tickLabel } from './labels.js';

export interface Ticks {
  readonly labelled: readonly { readonly value: number; readonly label: string }[];
  readonly major: readonly number[];
  readonly minor: readonly number[];
}

/** Round steps on a linear axis: about `count` labelled ticks, each interval in five (or four where 2 does not fit). */
export function linearTicks(low: number, high: number, count: number): Ticks {
  const major = ticks(low, high, count);
  const minor = ticks(low, high, count * 5).filter((value) => !major.includes(value));
  // One number of decimals along the axis.
  const decimals = Math.max(...major.map((value) => (String(value).split('.')[1] ?? '').length));
  const label = (value: number) =>
    decimals === 0
      ? tickLabel(value)
      : tickLabel(value).replace(/\d+(\.\d+)?$/, Math.abs(value).toFixed(decimals));
  return { labelled: major.map((value) => ({ value, label: label(value) })), major, minor };
}

/** Powers of ten on a logarithmic axis, their 2 … 9 fold between; short axes are labelled at 2 and 5 as well. */
export function logTicks(low: number, high: number): Ticks {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const decades = Math.log10(high / low);
  const inside = (value: number) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const times = (factors: readonly number[]) =>
    exponents.flatMap((exponent) => factors.map((factor) => Number(`${factor}e${exponent}`))).filter(inside);
  const major = times([1]);
  const short = decades < 3.2 && low >= 1e-3 && high <= 1e5;
  const every = Math.ceil(exponents.length / 8);
  const labelled = short
    ? times(decades < 2.6 ? [1, 2, 5] : [1]).map((value) => ({ value, label: tickLabel(value) }))
    : major
        .filter((value) => Math.round(Math.log10(value)) % every === 0)
        .map((value) => ({ value, label: powerLabel(value) }));
  return { labelled, major, minor: times([2, 3, 4, 5, 6, 7, 8, 9]) };
}

function powerLabel(value: number): string {
  const exponent = Math.round(Math.log10(value));
  return exponent === 0 ? '1' : exponent === 1 ? '10' : `10^{${tickLabel(exponent)}}`;
}
