/** Where on a slider a value lies: even in the logarithm for pt and mass, as the network reads them. */
import { INPUT_OFFSETS } from './columns.js';

export interface SliderScale {
  /** A value's place from 0 to 1; beyond the ends 0 or 1. */
  place(value: number): number;
  /** The value at a place, rounded to digits that a reader can take in. */
  value(place: number): number;
}

/** @param low, high ends of the slider. */
export function sliderScale(column: string, low: number, high: number): SliderScale {
  const offset = INPUT_OFFSETS[column];
  const there = (value: number) => (offset === undefined ? value : Math.log(Math.max(value, 0) + offset));
  const back = (position: number) => (offset === undefined ? position : Math.exp(position) - offset);
  const [first, last] = [there(low), there(high)];
  return {
    place: (value) => Math.min(1, Math.max(0, (there(value) - first) / (last - first))),
    value(place) {
      const value = Math.min(high, Math.max(low, back(first + place * (last - first))));
      const step = roundStep(offset === undefined ? (high - low) / 1000 : Math.max(value / 200, 0.01));
      return Math.min(high, Math.max(low, Number((Math.round(value / step) * step).toFixed(6))));
    },
  };
}

/** The power of ten at or below. */
function roundStep(step: number): number {
  return 10 ** Math.floor(Math.log10(step));
}
