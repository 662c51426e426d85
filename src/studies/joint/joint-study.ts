/**
 * The joint tests of a model on jets whose truth is known, beside the same tests on data drawn from the model itself.
 *
 * At most {@link JOINT_JETS} jets unless asked for more, evenly spaced in the table: what a test sees grows with the
 * square root of their number, what it costs with the number. Blocks, and then every test of either set, run on threads,
 * of Node or of a page; the numbers do not depend on how many. Both sets are ranked by the classifier among the same uniform
 * numbers, which are put into bins once.
 */

import { byVariable, columnsOf, VARIABLES, type Variable } from '../../jets/columns.js';
import type { JetsTable } from '../../jets/table.js';
import type { Task } from '../../model/tasks.js';
import type { RangeCounts } from '../../sampling/exact-condition.js';
import { selectColumns } from '../../sampling/jet-columns.js';
import { ENOUGH_JETS } from '../verdict.js';
import { BLOCKS, combineBlocks, ranksOfJets, type TestedBlock } from './c2st.js';
import { jetFeatures, targetsOf } from './jet-features.js';
import type { Drawn, JointTasks } from './joint-tasks.js';
import { JOINT_PARTS, type JointInput, type JointParts, type JointTests, jointTests } from './joint-tests.js';
import { BIN_CHUNK, chunkToBin, emptyBins, placeBins, sharedBytes } from './pit-trees.js';
import {
  type ResponseCurves,
  type ResponseDifference,
  type ResponseRange,
  responseDifferences,
  responseRanges,
} from './response.js';
import type { Scored, Scores } from './scores.js';

/** Jets that the joint tests look at where nobody says, and for a quick look. */
export const JOINT_JETS = { all: 200_000, quick: 20_000 } as const;
/** Fewer than this are not tested at all. */
const FEWEST_JETS = 40;
/** Samples a jet, for TARP and the dependence. */
const SAMPLES = 63;
/** Jets a block: a fixed number, so that random numbers do not depend on threads. */
export const BLOCK = 1000;

/** The joint tests of a model, beside the same tests on data drawn from the model itself. */
export interface JointReport {
  /** Jets tested. */
  readonly jets: number;
  /** Samples a jet, for TARP and the dependence. */
  readonly samples: number;
  /** Whether the jets are too few (below 500) for the tests to find anything. */
  readonly withoutPower: boolean;
  /** True values in the tested jets below and above everything that the model gives, and jets whose quantiles cross. */
  readonly range: Readonly<Record<Variable, Readonly<RangeCounts>>>;
  /** Scale and resolution in bins of the input jet; they stay out of the verdict. */
  readonly response: readonly ResponseRange[];
  /** Where each differs by most of its standard errors. */
  readonly differences: readonly ResponseDifference[];
  /** Proper scores; they stay out of the verdict. */
  readonly scores: Scores;
  /** The model against the true jets. */
  readonly model: JointTests;
  /** The model against itself: what passing looks like. */
  readonly control: JointTests;
}

export interface JointOptions {
  readonly seed: number;
  /** Jets to look at, at most; default {@link JOINT_JETS}. Time and memory grow with it: 1.5 KB a jet. */
  readonly mostJets?: number | undefined;
  /** Called with the share done, in [0, 1]. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** Has a thread do one of joint-tasks.ts. */
export type RunJointTask = <Name extends keyof JointTasks>(
  name: Name,
  task: Parameters<JointTasks[Name]>[0],
) => Promise<Awaited<ReturnType<JointTasks[Name]>>>;

/** How many jets of a table the tests look at; none where there are fewer than {@link FEWEST_JETS}. */
export function jointJets(rows: number, mostJets: number = JOINT_JETS.all): number {
  return rows < FEWEST_JETS ? 0 : Math.min(rows, mostJets);
}

/**
 * @param run has threads do the work; what it throws ends the tests.
 * @param table of {@link FEWEST_JETS} jets or more.
 * @param inputNames what the engine reads, as the card lists it.
 * @throws InputError where a column is missing.
 */
export async function jointStudy(
  run: RunJointTask,
  table: JetsTable,
  task: Task,
  inputNames: readonly string[],
  { seed, mostJets, onProgress }: JointOptions,
): Promise<JointReport> {
  const columns = selectColumns(table, task, inputNames);
  if (!columns.gen) throw new RangeError('no true jets to test against');
  const count = jointJets(table.rows, mostJets);
  const rows = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * table.rows) / count));
  const jets = pick(columns.inputs, rows);
  const truth = pick(columns.gen, rows);
  const drawn = await drawBlocks(run, jets, truth, seed, (share) => onProgress?.(0.5 * share));
  const physical = columns.inputs.length === 4 ? jets : pick(columns.inputs.slice(0, 4), rows);
  const features = sharedOf(jetFeatures(physical));
  const input = (true_: Float32Array, pits: Float32Array): JointInput => ({
    jets: physical,
    features,
    targets: sharedOf(targetsOf(true_, physical)),
    pits,
    sampledTargets: drawn.sampledTargets,
  });
  const sets = [input(truth, drawn.pits), input(drawn.nullTruth, drawn.nullPits)];
  const typical = typicalJets(table, task, rows);
  const scored: Scored = {
    truth: sets[0].targets,
    control: sets[1].targets,
    typical: typical && sharedOf(targetsOf(typical, physical)),
  };
  const { tests, curves, scores } = await runTests(run, sets, scored, seed, (share) =>
    onProgress?.(0.5 + 0.5 * share),
  );
  const [model, control] = tests;
  const response = responseRanges(physical, curves);
  onProgress?.(1);
  return {
    jets: count,
    samples: SAMPLES,
    withoutPower: count < ENOUGH_JETS,
    range: drawn.counts,
    response,
    differences: responseDifferences(response, SAMPLES),
    scores,
    model,
    control,
  };
}

/** Every block, put where it belongs. */
async function drawBlocks(
  run: RunJointTask,
  jets: Float32Array,
  truth: Float32Array,
  seed: number,
  onProgress: (share: number) => void,
): Promise<Drawn> {
  const count = truth.length / 4;
  const inputs = jets.length / count;
  const blocks = Math.ceil(count / BLOCK);
  const all = {
    sampledTargets: shared(4 * count * SAMPLES),
    pits: shared(4 * count),
    nullTruth: shared(4 * count),
    nullPits: shared(4 * count),
  };
  let done = 0;
  const outside = await Promise.all(
    Array.from({ length: blocks }, async (_, block) => {
      const [first, end] = [block * BLOCK, Math.min(count, (block + 1) * BLOCK)];
      const { counts, ...made } = await run('drawBlock', {
        block,
        jets: jets.slice(first * inputs, end * inputs),
        truth: truth.slice(first * 4, end * 4),
        seed,
        samples: SAMPLES,
      });
      for (const name of Object.keys(all) as (keyof typeof all)[])
        all[name].set(made[name], (all[name].length / count) * first);
      onProgress(++done / blocks);
      return counts;
    }),
  );
  const counts = byVariable((variable) => {
    const sum = (of: keyof RangeCounts) => outside.reduce((total, each) => total + each[variable][of], 0);
    return { crossed: sum('crossed'), below: sum('below'), above: sum('above') };
  });
  return { ...all, counts };
}

/** All parts of each set, and of the first scale, resolution and scores; the longest first. */
async function runTests(
  run: RunJointTask,
  sets: readonly JointInput[],
  scored: Scored,
  seed: number,
  onProgress: (share: number) => void,
): Promise<{ tests: JointTests[]; curves: Record<Variable, ResponseCurves[]>; scores: Scores }> {
  const [{ features, jets, targets, sampledTargets }] = sets;
  const binned = emptyBins(features, sets.length, seed);
  const pits = sets.map((input) => input.pits);
  const chunks = Math.ceil(binned.order.length / BIN_CHUNK);
  await Promise.all(
    Array.from({ length: chunks }, async (_, i) => {
      const from = i * BIN_CHUNK;
      placeBins(binned, from, await run('binJets', chunkToBin(binned, features, pits, from, seed)));
    }),
  );
  const found: Partial<JointParts>[] = sets.map(() => ({}));
  const blocks: TestedBlock[][] = sets.map(() => []);
  const tasks: (() => Promise<void>)[] = [];
  const block = (number: number) =>
    sets.forEach((_, set) => {
      tasks.push(async () => {
        blocks[set][number - 1] = await run('classifyBlock', { binned, set, block: number, seed });
      });
    });
  block(BLOCKS - 1);
  for (const part of Object.keys(JOINT_PARTS) as (keyof JointParts)[])
    sets.forEach((input, set) => {
      tasks.push(async () => {
        Object.assign(found[set], { [part]: await run('runPart', { part, input, seed }) });
      });
    });
  for (let number = BLOCKS - 2; number > 0; number--) block(number);
  const curves: Partial<Record<Variable, ResponseCurves[]>> = {};
  let scores: Scores | undefined;
  tasks.push(async () => {
    scores = await run('scoreJets', { jets, sampledTargets, scored });
  });
  for (const variable of VARIABLES)
    tasks.push(async () => {
      curves[variable] = await run('curvesOf', { variable, jets, targets, sampledTargets });
    });
  let done = 0;
  await Promise.all(tasks.map((task) => task().then(() => onProgress(++done / tasks.length))));
  return {
    tests: sets.map((input, set) =>
      jointTests(input, found[set] as JointParts, {
        c2st: combineBlocks(blocks[set]),
        ranks: ranksOfJets(blocks[set], binned.order),
      }),
    ),
    curves: curves as Record<Variable, ResponseCurves[]>,
    scores: scores!,
  };
}

/** What stands for a forecast of one value: the input jet itself in a simulation, reco in a correction. */
function typicalJets(table: JetsTable, task: Task, rows: Uint32Array): Float32Array | undefined {
  const columns = columnsOf(task === 'simulation' ? 'gen' : 'reco').map((name) => table.columns[name]);
  return columns.every((column) => column !== undefined) ? pick(columns, rows) : undefined;
}

/** Chosen rows of columns, [rows, columns] row-major, in shared memory. */
function pick(columns: readonly Float32Array[], rows: Uint32Array): Float32Array {
  const picked = shared(rows.length * columns.length);
  columns.forEach((column, k) => {
    for (let i = 0; i < rows.length; i++) picked[i * columns.length + k] = column[rows[i]];
  });
  return picked;
}

function shared(count: number): Float32Array {
  return new Float32Array(sharedBytes(4 * count));
}

function sharedOf(values: Float32Array): Float32Array {
  const copy = shared(values.length);
  copy.set(values);
  return copy;
}
