/**
 * A jets table → standardised inputs and targets of the training and the validation jets.
 *
 * Means and deviations come only from the training jets. Test jets are not touched.
 */
import { InputError } from '../src/errors.js';
import { byVariable, columnName, VARIABLES, type Variable } from '../src/jets/columns.js';
import { hasEvents, type SplitPart, splitByEvent, splitPart } from '../src/jets/split.js';
import type { JetsTable } from '../src/jets/table.js';
import type { TrainingRecord } from '../src/model/card.js';
import { type GenSpectrum, genSpectrum } from '../src/model/gen-spectrum.js';
import { STEP_COUNT } from '../src/model/steps.js';
import { STAGES_OF_TASK, type Task } from '../src/model/tasks.js';
import {
  type Harmonic,
  harmonicValue,
  INPUT_TRANSFORMS,
  type InputTransform,
  inputValue,
  networkInputCount,
  TARGET_TRANSFORMS,
  type TargetTransform,
  targetValue,
  writeNetworkInputs,
} from '../src/model/transforms.js';
import { quantileSorted } from '../src/stats/quantile.js';
import type { TrainingJets } from './batch.js';
import { detectorHarmonics } from './detector-harmonics.js';
import { lossUnit } from './loss-unit.js';
import { selectionFloor } from './selection-floor.js';
import { isOdd, symmetriesOf } from './symmetries.js';

/**
 * Smallest spread that a target is standardised with. A response that is the same in all jets (a fast simulation that
 * leaves phi as it is, a toy) spreads only by the rounding of float32, 10⁻⁷; divided by that, the noise of what is known
 * already would drown every later step. The resolution of a detector is never so good.
 */
export const LEAST_SPREAD = 2 ** -12;

export interface Dataset {
  readonly train: TrainingJets;
  readonly validation: TrainingJets;
  /** In the order of the network's inputs: the four variables, then extra columns. */
  readonly inputs: readonly InputTransform[];
  /** What the network reads after them; may be empty. */
  readonly harmonics: readonly Harmonic[];
  /** In the order of the steps. */
  readonly targets: readonly TargetTransform[];
  /** Smallest and largest value of each input column among the training jets, physical units. */
  readonly range: Readonly<Record<string, readonly [number, number]>>;
  /** Of each input beside the four variables, among the training jets; absent where there are none. */
  readonly medians?: Readonly<Record<string, number>>;
  /** Of the gen jets that are trained on, where they are the targets. */
  readonly spectrum?: GenSpectrum | undefined;
  /** Smallest and largest value of each target column in the training split. */
  readonly targetRange: Readonly<Record<Variable, readonly [number, number]>>;
  readonly split: TrainingRecord['split'];
}

export interface DatasetOptions {
  readonly task: Task;
  readonly splitSeed: number;
  /** Extra columns that the network reads. */
  readonly inputs: readonly string[];
  /** Cells of the calorimeter around phi: their harmonics become inputs; 0: none. */
  readonly cells: number;
  /** Whether the detector is taken to be the same for both signs of eta and phi, and from cell to cell. */
  readonly symmetric: boolean;
  /** Column of jet weights. */
  readonly weight: string | null;
}

/** @throws InputError where a column is missing, there are too few jets, or a weight is negative or not finite. */
export function createDataset(table: JetsTable, options: DatasetOptions): Dataset {
  const { input, target } = STAGES_OF_TASK[options.task];
  const inputColumns = [
    ...VARIABLES.map((variable) => required(table, columnName(input, variable))),
    ...options.inputs.map((name) => required(table, name)),
  ];
  const targetColumns = VARIABLES.map((variable) => required(table, columnName(target, variable)));
  const weights = options.weight === null ? undefined : required(table, options.weight);
  const parts = splitTable(table, options.splitSeed);
  if (weights) checkWeights(table, options.weight!, weights);

  const inputSeeds = [
    ...VARIABLES.map((variable) => ({ column: variable as string, ...INPUT_TRANSFORMS[variable] })),
    ...options.inputs.map((column) => ({ column, transform: 'identity' as const, offset: 0 })),
  ];
  const targetSeeds = VARIABLES.map((variable, i): Omit<TargetTransform, 'mean' | 'sd'> => {
    const seed = { variable, ...TARGET_TRANSFORMS[variable] };
    const floor = variable === 'pt' ? selectionFloor(targetColumns[i]!, parts.train) : 0;
    return floor > 0 ? { ...seed, floor } : seed;
  });
  /** Mean and deviation over the training jets and, where the detector is symmetric, over their mirror images. */
  const spread = (of: Parameters<typeof isOdd>[0], value: (jet: number) => number) => {
    const { mean, sd } = moments(parts.train, value);
    return options.symmetric && isOdd(of) ? { mean: 0, sd: Math.hypot(mean, sd) } : { mean, sd };
  };
  const inputs = inputSeeds.map((seed, i): InputTransform => {
    const column = inputColumns[i]!;
    return { ...seed, ...spread(seed, (jet) => inputValue(seed, column[jet]!)) };
  });
  const targets = targetSeeds.map((seed, i): TargetTransform => {
    const [from, to] = [inputColumns[i]!, targetColumns[i]!];
    const { mean, sd } = spread({ column: seed.variable }, (jet) => targetValue(seed, to[jet]!, from[jet]!));
    return { ...seed, mean, sd: Math.max(sd, LEAST_SPREAD) };
  });
  for (const { column, sd } of inputs)
    if (!(sd > 0))
      throw new InputError(table.source.name, `column ${column} has one value in all jets; leave it out`);

  const harmonics = detectorHarmonics(options.cells).map((seed): Harmonic => {
    const column = inputColumns[VARIABLES.indexOf(seed.column)]!;
    return { ...seed, ...spread(seed, (jet) => harmonicValue(seed, column[jet]!)) };
  });
  const transforms = { inputs, harmonics };
  const width = networkInputCount(transforms);

  /** Of log(pt'/pt), the unit in which losses of pt are shown. */
  const ratioSd = Math.max(
    moments(parts.train, (jet) => Math.log(targetColumns[0]![jet]! / inputColumns[0]![jet]!)).sd,
    LEAST_SPREAD,
  );
  const standardised = (jets: Uint32Array): TrainingJets => {
    const x = new Float32Array(jets.length * width);
    const y = new Float32Array(jets.length * STEP_COUNT);
    const row = new Float64Array(inputs.length);
    for (let place = 0; place < jets.length; place++) {
      for (let i = 0; i < row.length; i++) row[i] = inputColumns[i]![jets[place]!]!;
      writeNetworkInputs(transforms, row, x, place * width);
    }
    targets.forEach((transform, i) => {
      const [from, to] = [inputColumns[i]!, targetColumns[i]!];
      for (let place = 0; place < jets.length; place++) {
        const jet = jets[place]!;
        y[place * STEP_COUNT + i] =
          (targetValue(transform, to[jet]!, from[jet]!) - transform.mean) / transform.sd;
      }
    });
    return {
      ...{ count: jets.length, inputs: x, targets: y, weights: weights && meanOne(weights, jets) },
      ptUnit: lossUnit(
        targets[0]!,
        Float32Array.from(jets, (jet) => inputColumns[0]![jet]!),
        ratioSd,
      ),
    };
  };
  return {
    train: {
      ...standardised(parts.train),
      ...(options.symmetric ? { symmetries: symmetriesOf(inputs, harmonics, options.cells) } : {}),
    },
    validation: standardised(parts.validation),
    inputs,
    harmonics,
    targets,
    range: Object.fromEntries(
      inputs.map(({ column }, i) => [column, extremes(inputColumns[i]!, parts.train)]),
    ),
    ...(options.inputs.length > 0 && {
      medians: Object.fromEntries(
        options.inputs.map((name) => {
          const column = required(table, name);
          const sorted = Float32Array.from(parts.train, (jet) => column[jet]!).sort();
          return [name, quantileSorted(sorted, 0.5)];
        }),
      ),
    }),
    targetRange: byVariable((_, i) => extremes(targetColumns[i]!, parts.train)),
    ...(target === 'gen' && {
      spectrum: genSpectrum(
        Float32Array.from(parts.train, (jet) => targetColumns[0]![jet]!),
        Float32Array.from(parts.train, (jet) => targetColumns[1]![jet]!),
        weights && meanOne(weights, parts.train),
      ),
    }),
    split: {
      seed: options.splitSeed,
      ...(hasEvents(table) && { by: 'event' }),
      train: parts.train.length,
      validation: parts.validation.length,
      test: parts.test,
    },
  };
}

function required({ columns, source }: JetsTable, name: string): Float32Array {
  const column = columns[name];
  if (!column) throw new InputError(source.name, `has no column ${name}, which this task needs`);
  return column;
}

/** By event where the table says which, so that none is on both sides; else by row. */
function splitTable(
  table: JetsTable,
  seed: number,
): { train: Uint32Array; validation: Uint32Array; test: number } {
  const { rows, source } = table;
  const partOf = hasEvents(table) ? splitByEvent(table, seed) : (row: number) => splitPart(row, seed);
  const places: Record<SplitPart, Uint32Array> = {
    train: new Uint32Array(rows),
    validation: new Uint32Array(rows),
    test: new Uint32Array(0),
  };
  const counts: Record<SplitPart, number> = { train: 0, validation: 0, test: 0 };
  for (let jet = 0; jet < rows; jet++) {
    const part = partOf(jet);
    places[part][counts[part]++] = jet;
  }
  if (counts.train < 2 || counts.validation < 1) {
    throw new InputError(
      source.name,
      `has ${rows} jets, too few to train on: ${counts.train} for training, ${counts.validation} for validation`,
    );
  }
  return {
    train: places.train.slice(0, counts.train),
    validation: places.validation.slice(0, counts.validation),
    test: counts.test,
  };
}

/** Mean and population deviation over some jets: two passes, float64. */
function moments(jets: Uint32Array, value: (jet: number) => number): { mean: number; sd: number } {
  let sum = 0;
  for (const jet of jets) sum += value(jet);
  const mean = sum / jets.length;
  let squares = 0;
  for (const jet of jets) squares += (value(jet) - mean) ** 2;
  return { mean, sd: Math.sqrt(squares / jets.length) };
}

function extremes(column: Float32Array, jets: Uint32Array): [number, number] {
  let least = Infinity;
  let most = -Infinity;
  for (const jet of jets) {
    const value = column[jet]!;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

function checkWeights({ source }: JetsTable, name: string, weights: Float32Array): void {
  const bad = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (bad >= 0)
    throw new InputError(
      source.name,
      `row ${bad + 1}: ${name} is ${weights[bad]}; a weight must be 0 or more`,
    );
}

function meanOne(weights: Float32Array, jets: Uint32Array): Float32Array {
  let sum = 0;
  for (const jet of jets) sum += weights[jet]!;
  return Float32Array.from(jets, (jet) => (weights[jet]! * jets.length) / sum);
}
