/** The coordinates in which likelihoods of jets are searched, and their limits: log pt, eta, phi, log(mass + 0.7). */
import { VARIABLES, type Variable } from '../../jets/columns.js';
import { INPUT_TRANSFORMS, inputValue } from '../transforms.js';

const TRANSFORMS = VARIABLES.map((variable) => INPUT_TRANSFORMS[variable]);

/** One coordinate of a jet from its physical value. */
export function coordinate(step: number, value: number): number {
  return inputValue(TRANSFORMS[step], value);
}

/** The undoing of {@link coordinate}; phi is not wrapped. */
export function physicalOf(step: number, value: number): number {
  const { transform, offset } = TRANSFORMS[step];
  return transform === 'log' ? Math.exp(value) - offset : value;
}

/** Between what the coordinates are searched: each [4]. */
export interface Box {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** The range of the jets that a network has seen: beyond it its answer is a guess. phi is free, a circle has no end. */
export function trainedBox(range: Readonly<Record<Variable, readonly [number, number]>>): Box {
  const ends = (end: 0 | 1, free: number) =>
    VARIABLES.map((variable, step) =>
      variable === 'phi' ? free : coordinate(step, Math.max(range[variable][end], LEAST[variable])),
    );
  return { low: ends(0, Number.NEGATIVE_INFINITY), high: ends(1, Number.POSITIVE_INFINITY) };
}

/** What no jet lies below, where a range says nothing better. */
const LEAST: Readonly<Record<Variable, number>> = {
  pt: 1e-3,
  eta: Number.NEGATIVE_INFINITY,
  phi: Number.NEGATIVE_INFINITY,
  mass: 0,
};

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
