/**
 * The twelve columns of a jets table: pt, eta, phi and mass of the raw, the reco and the gen jet.
 *
 * gen is the particle-level jet (the truth), raw the detector-level jet before correction, reco the
 * raw jet after the experiment's own correction.
 */

/** The four numbers of a jet, in the order in which the network predicts them. */
export const VARIABLES = ['pt', 'eta', 'phi', 'mass'] as const;
/** pt [GeV], eta, phi [rad, in (-pi, pi]], mass [GeV]. */
export type Variable = (typeof VARIABLES)[number];

/** The six pairs of two of {@link VARIABLES}, by their indices. */
export const VARIABLE_PAIRS = [
  [0, 1],
  [0, 2],
  [0, 3],
  [1, 2],
  [1, 3],
  [2, 3],
] as const;

/** Which jet of a matched triple is meant. */
export const STAGES = ['raw', 'reco', 'gen'] as const;
/** raw: the detector's jet; reco: the same after the experiment's own correction; gen: the particles' jet, the truth. */
export type Stage = (typeof STAGES)[number];

/** `raw_pt` … `gen_mass`. */
export type ColumnName = `${Stage}_${Variable}`;

/** Units as they stand in tables and axis titles; empty where there is none. */
export const UNITS: Readonly<Record<Variable, string>> = { pt: 'GeV', eta: '', phi: 'rad', mass: 'GeV' };

/**
 * The name of a column of jets tables.
 *
 * @param stage whose jet.
 * @param variable which of its four numbers.
 * @example columnName('gen', 'pt') // 'gen_pt'
 */
export function columnName(stage: Stage, variable: Variable): ColumnName {
  return `${stage}_${variable}`;
}

/** The four columns of one stage, in the order of {@link VARIABLES}. */
export function columnsOf(stage: Stage): ColumnName[] {
  return VARIABLES.map((variable) => columnName(stage, variable));
}

/** A record with one entry for each variable. */
export function byVariable<T>(make: (variable: Variable, index: number) => T): Record<Variable, T> {
  return Object.fromEntries(VARIABLES.map((variable, index) => [variable, make(variable, index)])) as Record<
    Variable,
    T
  >;
}

/** The columns by which a jet's event is found again, named as CMS NanoAOD names them. */
export const EVENT_KEYS = ['run', 'luminosityBlock', 'event'] as const;
/** The jet's index in its collection, by stage. */
export const INDEX_KEYS: Readonly<Record<Stage, string>> = {
  raw: 'jetIdx',
  reco: 'jetIdx',
  gen: 'genJetIdx',
};

/** Whole numbers of 64 bits in text: a double would round an event number. `jet` is what tables called jetIdx before. */
export const WHOLE_KEYS: ReadonlySet<string> = new Set([...EVENT_KEYS, ...Object.values(INDEX_KEYS), 'jet']);

/**
 * The key columns of a file for jets of the given stages: those of the event and the index of each stage's jet.
 *
 * @param columnNames that the file has.
 * @returns none where the file does not say the event.
 * @example keyColumns(['run', 'luminosityBlock', 'event', 'jetIdx', 'raw_pt'], ['raw']) // ['run', …, 'jetIdx']
 */
export function keyColumns(columnNames: readonly string[], stages: readonly Stage[]): string[] {
  if (!EVENT_KEYS.every((name) => columnNames.includes(name))) return [];
  const indices = new Set(stages.map((stage) => INDEX_KEYS[stage]));
  return [...EVENT_KEYS, ...[...indices].filter((name) => columnNames.includes(name))];
}
