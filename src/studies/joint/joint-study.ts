/**
 * The joint tests of a model on jets whose truth is known, beside the same tests on data drawn from the model itself.
 *
 * At most {@link JOINT_JETS} jets unless asked for more, evenly spaced in the table: what a test sees grows with the
 * square root of their number, what it costs with the number. Blocks, and then every test of either set, run on threads
 * over shared memory; the numbers do not depend on how many. Both sets are ranked by the classifier among the same uniform
 * numbers, which are put into bins once.
 */

import type { SessionModule, SessionSource } from '../../engines/open.js';
import { InterruptedError, RunError } from '../../errors.js';
import { byVariable, type Variable } from '../../jets/columns.js';
import type { JetsTable } from '../../jets/table.js';
import type { Task } from '../../model/tasks.js';
import type { RangeCounts } from '../../sampling/exact-condition.js';
import { selectColumns } from '../../sampling/jet-columns.js';
import { busyThreads, startThreads } from '../../sampling/threads.js';
import { ENOUGH_JETS } from '../verdict.js';
import { BLOCKS, combineBlocks, ranksOfJets, type TestedBlock } from './c2st.js';
import { jetFeatures, targetsOf } from './jet-features.js';
import { JOINT_PARTS, type JointInput, type JointParts, type JointTests, jointTests } from './joint-tests.js';
import type { Drawn } from './joint-worker.js';
import { BIN_CHUNK, emptyBins } from './pit-trees.js';

/** Jets that the joint tests look at where nobody says, and for a quick look. */
export const JOINT_JETS = { all: 200_000, quick: 20_000 } as const;
/** Fewer than this are not tested at all. */
const FEWEST_JETS = 40;
/** Samples a jet, for TARP and the dependence. */
const SAMPLES = 63;
/** Jets a block: a fixed number, so that random numbers do not depend on threads. */
const BLOCK = 1000;

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
  /** The model against the true jets. */
  readonly model: JointTests;
  /** The model against itself: what passing looks like. */
  readonly control: JointTests;
}

export interface JointOptions {
  readonly seed: number;
  readonly threads: number;
  /** Jets to look at, at most; default {@link JOINT_JETS}. Time and memory grow with it: 1.5 KB a jet. */
  readonly mostJets?: number | undefined;
  /** Called with the share done, in [0, 1]. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Once aborted, the tests end at once. */
  readonly signal?: AbortSignal | undefined;
}

type Worker = typeof import('./joint-worker.js');
/** Has a thread call a function of joint-worker.ts. */
type Run = <Name extends keyof Worker>(
  name: Name,
  task: Parameters<Worker[Name]>[0],
) => Promise<Awaited<ReturnType<Worker[Name]>>>;

/**
 * @param source its module has `openSession`, and `openConditional` where the tests can be made.
 * @param inputNames what the engine reads, as the card lists it.
 * @returns undefined where the table has fewer than {@link FEWEST_JETS} jets, or the engine can only sample.
 * @throws InputError where a column is missing; RunError where a thread fails.
 */
export async function jointStudy(
  source: SessionSource,
  table: JetsTable,
  task: Task,
  inputNames: readonly string[],
  { seed, threads, mostJets = JOINT_JETS.all, onProgress, signal }: JointOptions,
): Promise<JointReport | undefined> {
  if (table.rows < FEWEST_JETS) return undefined;
  const module: SessionModule = await import(source.module);
  if (!module.openConditional) return undefined;
  const columns = selectColumns(table, task, inputNames);
  if (!columns.gen) throw new RangeError('no true jets to test against');
  const count = Math.min(table.rows, mostJets);
  const rows = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * table.rows) / count));
  const jets = pick(columns.inputs, rows);
  const truth = pick(columns.gen, rows);
  const pool = startThreads(
    new URL('./joint-worker.js', import.meta.url),
    busyThreads(threads, count, BLOCK),
    source,
  );
  const stop = () => pool.destroy();
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  try {
    const run: Run = (name, task) => pool.run(task, { name });
    const { drawn, counts } = await drawBlocks(run, jets, truth, seed, (share) => onProgress?.(0.5 * share));
    const physical = columns.inputs.length === 4 ? jets : pick(columns.inputs.slice(0, 4), rows);
    const features = sharedOf(jetFeatures(physical));
    const input = (true_: Float32Array, pits: Float32Array): JointInput => ({
      jets: physical,
      features,
      targets: sharedOf(targetsOf(true_, physical)),
      pits,
      sampledTargets: drawn.sampledTargets,
    });
    const [model, control] = await runTests(
      run,
      [input(truth, drawn.pits), input(drawn.nullTruth, drawn.nullPits)],
      seed,
      (share) => onProgress?.(0.5 + 0.5 * share),
    );
    onProgress?.(1);
    return {
      jets: count,
      samples: SAMPLES,
      withoutPower: count < ENOUGH_JETS,
      range: counts,
      model,
      control,
    };
  } catch (error) {
    if (signal?.aborted) throw new InterruptedError('interrupted in the joint tests');
    throw new RunError(`joint tests: ${error instanceof Error ? error.message : error}`, { cause: error });
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool.destroy();
  }
}

/** Every block, each writing its part. */
async function drawBlocks(
  run: Run,
  jets: Float32Array,
  truth: Float32Array,
  seed: number,
  onProgress: (share: number) => void,
): Promise<{ drawn: Drawn; counts: JointReport['range'] }> {
  const count = truth.length / 4;
  const inputs = jets.length / count;
  const blocks = Math.ceil(count / BLOCK);
  const drawn: Drawn = {
    sampledTargets: shared(4 * count * SAMPLES),
    pits: shared(4 * count),
    nullTruth: shared(4 * count),
    nullPits: shared(4 * count),
  };
  let done = 0;
  const outside = await Promise.all(
    Array.from({ length: blocks }, async (_, block) => {
      const [first, end] = [block * BLOCK, Math.min(count, (block + 1) * BLOCK)];
      const part = (values: Float32Array, width: number) => values.subarray(first * width, end * width);
      const counts = await run('drawBlock', {
        block,
        jets: part(jets, inputs),
        truth: part(truth, 4),
        seed,
        drawn: {
          sampledTargets: part(drawn.sampledTargets, 4 * SAMPLES),
          pits: part(drawn.pits, 4),
          nullTruth: part(drawn.nullTruth, 4),
          nullPits: part(drawn.nullPits, 4),
        },
      });
      onProgress(++done / blocks);
      return counts;
    }),
  );
  const counts = byVariable((variable) => {
    const sum = (of: keyof RangeCounts) => outside.reduce((total, each) => total + each[variable][of], 0);
    return { crossed: sum('crossed'), below: sum('below'), above: sum('above') };
  });
  return { drawn, counts };
}

/** All parts of the first set, and of the others those that a control asks; the longest first. */
async function runTests(
  run: Run,
  sets: readonly JointInput[],
  seed: number,
  onProgress: (share: number) => void,
): Promise<JointTests[]> {
  const [{ features }] = sets;
  const binned = emptyBins(features, sets.length, seed);
  const pits = sets.map((input) => input.pits);
  const chunks = Math.ceil(binned.order.length / BIN_CHUNK);
  await Promise.all(
    Array.from({ length: chunks }, (_, i) =>
      run('binJets', { binned, features, sets: pits, from: i * BIN_CHUNK, seed }),
    ),
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
      // The slices are no part of the verdict, so a control has none.
      if (part === 'slices' && set > 0) return;
      tasks.push(async () => {
        Object.assign(found[set], { [part]: await run('runPart', { part, input, seed }) });
      });
    });
  for (let number = BLOCKS - 2; number > 0; number--) block(number);
  let done = 0;
  await Promise.all(tasks.map((task) => task().then(() => onProgress(++done / tasks.length))));
  return sets.map((input, set) =>
    jointTests(input, found[set] as JointParts, {
      c2st: combineBlocks(blocks[set]),
      ranks: ranksOfJets(blocks[set], binned.order),
    }),
  );
}

/** Chosen rows of columns, [rows, columns] row-major, in shared memory. */
function pick(columns: readonly Float32Array[], rows: Uint32Array): Float32Array {
  const picked = shared(rows.length * columns.length);
  columns.forEach((column, k) => {
    for (let i = 0; i < rows.length; i++) picked[i * columns.length + k] = column[rows[i]];
  });
  return picked;
}

/** Memory that threads see without a copy. */
function shared(count: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(new SharedArrayBuffer(4 * count));
}

function sharedOf(values: Float32Array): Float32Array<SharedArrayBuffer> {
  const copy = shared(values.length);
  copy.set(values);
  return copy;
}
