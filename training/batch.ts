/**
 * One training step's rows, unrolled on the fly (the paper's eq. 3): row = one step of one jet, with the targets of
 * the steps before it known and the others zero.
 *
 * A batch is assembled in arrays that are made once. A network that takes jets whole reads `inputs` once for each
 * jet and its four rows follow each other; one that takes single rows has one entry of `inputs` a row.
 */
import { STEP_COUNT } from '../src/model/steps.js';
import type { LossUnit } from './loss-unit.js';
import type { Symmetries } from './symmetries.js';

export interface Batch {
  readonly rows: number;
  /** Rows of `inputs`: rows, or rows / 4 where jets are taken whole. */
  readonly jets: number;
  /** [jets, inputs] standardised. */
  readonly inputs: Float32Array;
  /** [rows] 0 … 3. Where jets are taken whole: 0, 1, 2, 3, 0, … */
  readonly steps: Uint8Array;
  /** [jets, 4] standardised targets of the row's jet; a row may read only those before its own step. */
  readonly targets: Float32Array;
  /** [rows] in (0, 1). */
  readonly tau: Float32Array;
  /** [rows] of mean 1 over the training jets; undefined: all 1. */
  readonly weights: Float32Array | undefined;
}

/** Standardised jets, row-major. */
export interface TrainingJets {
  readonly count: number;
  /** [count, inputs] */
  readonly inputs: Float32Array;
  /** [count, 4] */
  readonly targets: Float32Array;
  /** [count] of mean 1. */
  readonly weights: Float32Array | undefined;
  /** How losses of pt are made comparable; absent: they are as they stand. Not in training itself. */
  readonly ptUnit?: LossUnit | undefined;
  /** By which each step mirrors and turns its jets; absent: they are taken as they are. Only of training jets. */
  readonly symmetries?: Symmetries | undefined;
}

/** Empty arrays for `rows` rows. */
export function createBatch(rows: number, inputs: number, wholeJets: boolean, weighted: boolean): Batch {
  const jets = wholeJets ? rows / STEP_COUNT : rows;
  const steps = new Uint8Array(rows);
  if (wholeJets) for (let row = 0; row < rows; row++) steps[row] = row % STEP_COUNT;
  return {
    rows,
    jets,
    inputs: new Float32Array(jets * inputs),
    steps,
    targets: new Float32Array(jets * STEP_COUNT),
    tau: new Float32Array(rows),
    weights: weighted ? new Float32Array(rows) : undefined,
  };
}

/** Number of things that an epoch shuffles: jets, or single rows. */
export function unitCount(jets: TrainingJets, wholeJets: boolean): number {
  return wholeJets ? jets.count : jets.count * STEP_COUNT;
}

/**
 * Fills a batch, but for its tau, with the units order[first …]; beyond the end it goes on from the beginning, so
 * that every batch is full.
 */
export function fillBatch(
  batch: Batch,
  jets: TrainingJets,
  wholeJets: boolean,
  order: Uint32Array,
  first: number,
): void {
  const width = batch.inputs.length / batch.jets;
  for (let place = 0; place < batch.jets; place++) {
    const unit = order[(first + place) % order.length]!;
    const jet = wholeJets ? unit : unit >>> 2;
    for (let i = 0; i < width; i++) batch.inputs[place * width + i] = jets.inputs[jet * width + i]!;
    for (let i = 0; i < STEP_COUNT; i++)
      batch.targets[place * STEP_COUNT + i] = jets.targets[jet * STEP_COUNT + i]!;
    if (!wholeJets) batch.steps[place] = unit & 3;
    if (batch.weights) {
      const weight = jets.weights ? jets.weights[jet]! : 1;
      if (wholeJets) batch.weights.fill(weight, place * STEP_COUNT, (place + 1) * STEP_COUNT);
      else batch.weights[place] = weight;
    }
  }
}

/** The standardised target of a row. */
export function targetOf({ rows, jets, targets, steps }: Batch, row: number): number {
  const jet = jets === rows ? row : row >>> 2;
  return targets[jet * STEP_COUNT + steps[row]!]!;
}
