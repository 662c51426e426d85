/** A study from start to end: bins, one pass of the pool over all samples, tests, files. Needs Node. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkArgument, checkWhole, described, isFloat32Array } from './arguments.js';
import { bundleEngine, type SamplingEngine } from './engines/open.js';
import { InputError, InterruptedError, RunError } from './errors.js';
import { checkInputsAndFolder } from './files/inputs-and-output.js';
import { lockFolder } from './files/lock.js';
import { faultOf } from './jets/check.js';
import { columnName, columnsOf, STAGES, VARIABLES } from './jets/columns.js';
import { keyed } from './jets/event-keys.js';
import type { JetsTable } from './jets/table.js';
import type { Bundle } from './model/bundle.js';
import type { ModelCard } from './model/card.js';
import { STAGES_OF_TASK, type Task } from './model/tasks.js';
import { isWritten, writeReport } from './report/write-report.js';
import { availableThreads } from './sampling/available-threads.js';
import { ownReport } from './sampling/earlier-run.js';
import { removeJournal } from './sampling/journal.js';
import type { Shard } from './sampling/plan.js';
import { runStudyPass, type StudyPass, type StudyPassOptions, studyMark } from './sampling/run-study-pass.js';
import { JOINT_JETS, type JointReport } from './studies/joint/joint-study.js';
import { jointStudyInThreads } from './studies/joint/joint-threads.js';
import { studyEdges } from './studies/spectrum-edges.js';
import { type Report, summarise } from './studies/summarise.js';

/**
 * What follows the samples, in the time that the joint tests took with 20,000 jets: figures, and the tests of a million
 * jets. Of 999,295 jets on two threads 0.55 to 0.73 in all, of 20,000 jets 0.31 (November 2026): enough for an estimate.
 */
const AFTER = { figures: 0.3, perMillionJets: 0.43 } as const;

/** What a study needs of a bundle. */
export type StudiedBundle = Pick<Bundle, 'source' | 'card'>;

/** How a model is studied. */
export interface StudyOptions {
  /** Predictions a jet, 1 … 65535; default 1000. */
  readonly samples?: number | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
  /** Worker threads; default the cores that the process may use, a control group's quota counted. */
  readonly threads?: number | undefined;
  /**
   * Folder for report.json, report.html and figures, and for the journal while the study runs. Without it nothing is
   * kept but the returned report.
   */
  readonly outputDir?: string | undefined;
  /** Go on with an interrupted study in `outputDir`; of a finished one the files that are missing are written again. */
  readonly resume?: boolean | undefined;
  /** Replace the report in `outputDir` and finished blocks; without this and `resume` they are refused. */
  readonly overwrite?: boolean | undefined;
  /**
   * Called a few times a second while samples are made.
   *
   * @param predictions done.
   * @param all of them.
   * @param after seconds that tests and report will take about, once all are done.
   */
  readonly onProgress?: ((predictions: number, all: number, after: number) => void) | undefined;
  /** Jets that the joint tests look at, evenly spaced in the table, at most; default 200,000. */
  readonly jointJets?: number | undefined;
  /**
   * Called as the joint tests go on, before the first of `onProgress`.
   *
   * @param share done, in [0, 1].
   */
  readonly onJoint?: ((share: number) => void) | undefined;
  /**
   * Called as the report is written, last of all.
   *
   * @param figures written.
   * @param all of them.
   */
  readonly onFigure?: ((figures: number, all: number) => void) | undefined;
  /** Stops the study; what is finished stays in the journal. */
  readonly signal?: AbortSignal | undefined;
  /** Default the fastest that can run the bundle: {@link bundleEngine}. */
  readonly engine?: SamplingEngine | undefined;
}

/**
 * Studies a model on jets whose truth is known: spectra, closure, medians and the joint tests of p(y | x).
 *
 * @param bundle from {@link loadBundle}.
 * @param table with the columns of the task's input and target; reco and gen for the typical reconstruction.
 * @param options samples, seed, threads, where to write.
 * @throws InputError where the columns do not serve the task; InterruptedError where `signal` stops it.
 * @example (await study(bundle, jets, { samples: 1000 })).verdict.passed // true
 */
export async function study(
  bundle: StudiedBundle,
  table: JetsTable,
  options: StudyOptions = {},
): Promise<Report> {
  checkArguments(bundle, table, options);
  checkColumns(table, bundle.card.task);
  const { outputDir, resume, overwrite, jointJets } = options;
  if (outputDir !== undefined) checkInputsAndFolder([table.source.name, bundle.source], outputDir);
  const pass = await passOf(bundle, table, options);
  const mark = studyMark(pass);
  const job = jointJets === undefined ? mark : `${mark} ${jointJets}`;
  if (outputDir === undefined) {
    const folder = await mkdtemp(join(tmpdir(), 'jet-iqn-study-'));
    try {
      return { ...(await reportIn({ ...pass, outputDir: folder }, bundle.card, options)), job };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const unlock = lockFolder(outputDir);
  try {
    const before =
      resume && !overwrite
        ? (ownReport(outputDir, mark, (found) => found === job) as Report | undefined)
        : undefined;
    const report = before ?? { ...(await reportIn({ ...pass, locked: true }, bundle.card, options)), job };
    if (!before || !(await isWritten(before, outputDir)))
      await writeReport(report, outputDir, options.onFigure);
    removeJournal(outputDir);
    return report;
  } finally {
    unlock();
  }
}

/** @throws UsageError where an argument cannot be meant. */
function checkArguments(bundle: StudiedBundle, table: JetsTable, options: StudyOptions): void {
  checkArgument('bundle', bundle, 'bundle');
  checkArgument('jets', table, 'table');
  checkArgument('options', options, 'options');
  const { samples, threads, jointJets, seed, outputDir, resume, overwrite, signal, engine } = options;
  if (outputDir !== undefined) checkArgument('outputDir', outputDir, 'path');
  for (const [name, value] of Object.entries({ resume, overwrite })) checkArgument(name, value, 'flag');
  for (const name of ['onProgress', 'onJoint', 'onFigure'] as const)
    checkArgument(name, options[name], 'callback');
  checkArgument('signal', signal, 'signal');
  if (engine !== undefined) checkArgument('engine', engine, 'engine');
  for (const [name, value, least] of [
    ['samples', samples, 1],
    ['threads', threads, 1],
    ['jointJets', jointJets, 0],
    ['seed', seed, 0],
  ] as const)
    if (value !== undefined) checkWhole(name, value, least);
}

/**
 * The joint tests, then the samples: the time left that is shown beside these is then that of the whole study. What goes
 * wrong in the tests is told after the pass, which says better what is wrong with a model or a jet.
 */
async function reportIn(
  pass: StudyPassOptions,
  card: ModelCard,
  { jointJets, onJoint, onProgress }: StudyOptions,
): Promise<Report> {
  const { engine, table, task, seed, threads, signal } = pass;
  let joint: Promise<JointReport | undefined> | undefined;
  let milliseconds = 0;
  let after = 0;
  const { job, throughput, totals } = await runStudyPass({
    ...pass,
    onProgress: (predictions, all) => onProgress?.(predictions, all, after),
    async begin() {
      const start = performance.now();
      joint = jointStudyInThreads(engine.session, table, task, engine.inputNames, {
        seed,
        threads,
        mostJets: jointJets,
        onProgress: onJoint,
        signal,
      });
      const tested = await joint.catch(() => undefined);
      milliseconds += performance.now() - start;
      if (tested)
        after =
          (milliseconds / 1000) *
          (JOINT_JETS.quick / tested.jets) *
          (AFTER.figures + (AFTER.perMillionJets * table.rows) / 1e6);
    },
  });
  if (!totals) throw new RunError('a shard has no report; merge all shards first');
  const tests = await joint;
  // The last block was under way when it was stopped: the journal is whole, and the report not wanted.
  if (signal?.aborted) throw new InterruptedError('interrupted before the report was written');
  const start = performance.now();
  const { predictionsPerSecond, seconds } = throughput;
  const speed = { predictionsPerSecond, seconds, threads: throughput.threads };
  const report = summarise(totals, table, card, { ...job, throughput: speed }, tests);
  milliseconds += performance.now() - start;
  return { ...report, throughput: { ...speed, testSeconds: milliseconds / 1000 } };
}

/**
 * One of n ranges of a study: its blocks and a manifest in `outputDir`, to be merged.
 *
 * @param request stored for whoever merges: plain data.
 */
export async function studyShard(
  bundle: StudiedBundle,
  table: JetsTable,
  options: StudyOptions & { readonly outputDir: string; readonly shard: Shard; readonly request: unknown },
): Promise<StudyPass> {
  checkColumns(table, bundle.card.task);
  const { shard, request, onProgress } = options;
  return runStudyPass({
    ...(await passOf(bundle, table, options)),
    shard,
    request,
    onProgress: (predictions, all) => onProgress?.(predictions, all, 0),
  });
}

/** What the pass over the samples is told. */
async function passOf(
  { source, card }: StudiedBundle,
  table: JetsTable,
  options: StudyOptions,
): Promise<StudyPassOptions> {
  const { samples = 1000, seed = 1, threads = availableThreads(), outputDir = '' } = options;
  const { resume, overwrite, signal, engine = await bundleEngine(source) } = options;
  const { task } = card;
  const edges = studyEdges(table, task);
  const ofTask = table.source.key === undefined ? keyed(table, STAGES_OF_TASK[task].input) : table;
  return { engine, table: ofTask, task, samples, seed, threads, edges, outputDir, resume, overwrite, signal };
}

/** @throws InputError where a column of the task's input or target is missing, or a column is none of jets. */
function checkColumns(table: JetsTable, task: Task): void {
  const { input, target } = STAGES_OF_TASK[task];
  const { name: file } = table.source;
  for (const [name, column] of Object.entries(table.columns)) {
    if (!isFloat32Array(column) || column.length !== table.rows)
      throw new InputError(
        file,
        `column "${name}" is ${described(column)}; give a Float32Array of ${table.rows}`,
      );
    const variable = VARIABLES.find((known) => STAGES.some((stage) => columnName(stage, known) === name));
    const row = variable ? column.findIndex((value) => faultOf(variable, value) !== undefined) : -1;
    if (row >= 0)
      throw new InputError(
        file,
        `row ${row}, column "${name}": ${column[row]} (${faultOf(variable!, column[row])})`,
      );
  }
  for (const stage of [input, target]) {
    const missing = columnsOf(stage).filter((name) => !table.columns[name]);
    if (missing.length > 0) {
      throw new InputError(
        table.source.name,
        `has no ${missing.join(', ')}; a study of ${task} compares predictions from ${input} jets with true ${target} jets and needs both`,
      );
    }
  }
}
