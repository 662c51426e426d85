/** The input columns of a model as controls need them: names, units, ends, steps. */
import { UNITS, VARIABLES, type Variable } from '../../src/jets/columns.js';
import type { ModelCard } from '../../src/model/card.js';
import { BOUNDS } from '../state.js';
import { SPOKEN } from '../variables.js';

/** What is added before the logarithm: the networks' own offset for masses. Columns not named here are linear. */
export const INPUT_OFFSETS: Readonly<Record<string, number>> = { pt: 0, mass: 0.7 };

export interface InputColumn {
  readonly name: string;
  /** undefined for an extra column of the model. */
  readonly variable: Variable | undefined;
  readonly unit: string;
  readonly spoken: string;
  /** What the model was trained on: the slider's ends. */
  readonly range: readonly [number, number];
  /** What a jet may have: the field's ends. */
  readonly bounds: readonly [number, number];
  /** What is shown first. */
  readonly start: number;
  /** Of the arrow keys. */
  readonly step: number;
}

const STEPS: Readonly<Record<Variable, number>> = { pt: 1, eta: 0.05, phi: 0.05, mass: 0.5 };
/** phi goes all the way round, and mass from nothing. */
const SLIDER_ENDS: Readonly<Partial<Record<Variable, readonly [number, number]>>> = {
  phi: [-Math.PI, Math.PI],
};

/** In the order in which the model reads them. */
export function inputColumns(card: ModelCard): InputColumn[] {
  return card.inputs.map(({ column: name }) => {
    const variable = VARIABLES.find((known) => known === name);
    const range = (variable && SLIDER_ENDS[variable]) ?? card.range[name] ?? [0, 1];
    return {
      name,
      variable,
      unit: variable ? UNITS[variable] : '',
      spoken: variable ? SPOKEN[variable] : name,
      range,
      bounds: variable ? BOUNDS[variable] : [-1e30, 1e30],
      start: card.medians?.[name] ?? Number(((range[0] + range[1]) / 2).toPrecision(3)),
      step: variable ? STEPS[variable] : (range[1] - range[0]) / 100,
    };
  });
}

/** Names of the columns whose values lie outside what the model was trained on, with that range in words. */
export function outsideRange(
  columns: readonly InputColumn[],
  card: ModelCard,
  jet: Readonly<Record<string, number>>,
): string[] {
  return columns.flatMap(({ name, unit }) => {
    const [low, high] = card.range[name] ?? [-Infinity, Infinity];
    const value = jet[name] ?? low;
    if (name === 'phi' || (value >= low && value <= high)) return [];
    return [
      `${name} from ${Number(low.toPrecision(3))} to ${Number(high.toPrecision(4))}${unit && ` ${unit}`}`,
    ];
  });
}
