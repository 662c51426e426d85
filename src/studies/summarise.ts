/**
 * What a study says: every number of report.json, put together from one pass over a model's samples. The same input,
 * bundle, engine and seed give the same bytes but for `throughput`.
 */
import { byVariable, columnName, VARIABLES, type Variable } from '../jets/columns.js';
import type { JetsSource, JetsTable } from '../jets/table.js';
import type { ModelCard } from '../model/card.js';
import { networkInWords } from '../model/network-spec.js';
import { STAGES_OF_TASK, type Task } from '../model/tasks.js';
import type { StudyTotals } from '../sampling/totals.js';
import { makeGenerator } from '../stats/generator.js';
import { histogram } from '../stats/histogram.js';
import { type Closure, closure, pitFromRanks } from './closure.js';
import { type ClosureSlices, closureSlices } from './closure-slices.js';
import type { JointReport } from './joint/joint-study.js';
import { type Marginal, marginal } from './marginal.js';
import { type MedianErrors, type Medians, medianErrors, medians } from './medians.js';
import { type SpectrumPValues, spectrumPValues } from './replicates.js';
import { outsideTraining, type Verdict, verdict } from './verdict.js';

export const REPORT_FORMAT = 'jet-iqn-report/2';

/** Every number of a study: what report.json holds. */
export interface Report {
  /** Which kind of report. */
  readonly format: typeof REPORT_FORMAT;
  /** What was predicted from what. */
  readonly task: Task;
  /** Number of jets, N. */
  readonly jets: number;
  /** Predictions a jet, S. */
  readonly samples: number;
  /** N S. */
  readonly predictions: number;
  /** Of the samples, and of every random number in the tests. */
  readonly seed: number;
  /** Which engine sampled. */
  readonly engine: string;
  /** The model. */
  readonly bundle: Named;
  /** The jets: a file, or a part of it. */
  readonly input: JetsSource;
  /** From the bundle's card. */
  readonly model: ModelSummary;
  /** Software that the numbers depend on. */
  readonly versions: Readonly<Record<string, string>>;
  /** sha256 of what decides the numbers, and jets asked for in the joint tests: `--resume` knows a finished study by it. */
  readonly job?: string;
  /** How fast the samples were made. */
  readonly throughput: Throughput;
  /** The tests of each variable by itself. */
  readonly variables: Readonly<Record<Variable, VariableReport>>;
  /** The joint tests; empty where they were not made: too few jets, or an engine that samples and nothing else. */
  readonly joint: JointReport | Readonly<Record<string, never>>;
  /** Passed or failed. */
  readonly verdict: Verdict;
}

/** A file or bundle, and the sha256 of its content. */
export interface Named {
  /** Without its folder. */
  readonly name: string;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What a reader of the report wants to know of the model. */
export interface ModelSummary {
  /** What it is. */
  readonly description: string;
  /** In one line. */
  readonly network: string;
  /** Trained numbers. */
  readonly parameters: number;
  /** Of one sampled jet. */
  readonly multiplicationsPerPrediction: number;
  /** Passes over the training jets. */
  readonly epochs: number;
  /** As an SPDX name. */
  readonly licence: string;
  /** The jets it was trained on: the file, how many, what they are. */
  readonly trainingData: TrainingData;
}

/** The jets that a model was trained on. */
export interface TrainingData {
  /** The file's name. */
  readonly name: string;
  /** Jets in it. */
  readonly rows: number;
  /** What they are, and whether they are generated. */
  readonly description: string;
}

/** The one part that changes from run to run. */
export interface Throughput {
  /** Jets sampled a second, by all threads. */
  readonly predictionsPerSecond: number;
  /** Wall time of the samples, without the tests. */
  readonly seconds: number;
  /** Wall time of the tests, with the samples that the joint ones draw for themselves; without the drawing of figures. */
  readonly testSeconds?: number;
  /** Workers. */
  readonly threads: number;
}

/** The tests of one variable by itself. */
export interface VariableReport {
  /** The true spectrum beside the predicted one. */
  readonly marginal: Marginal;
  /** The true spectrum among the replicates. */
  readonly spectrum: SpectrumPValues;
  /** The histogram of the PIT. */
  readonly closure: Closure;
  /** The same in slices of pt and eta. */
  readonly slices: ClosureSlices;
  /** The paper's table, with its standard errors. */
  readonly median: Medians & {
    /** Standard errors. */
    readonly errors: MedianErrors;
  };
}

/** Whether the joint tests were made. */
export function hasJoint<R extends Pick<Report, 'joint'>>(
  report: R,
): report is R & { readonly joint: JointReport } {
  return 'model' in report.joint;
}

/** What the generator that breaks ties is for, see generator.ts. */
const SPECTRUM_USE = 5;

/** How the samples were made. */
export interface StudyRun {
  readonly seed: number;
  readonly engine: string;
  readonly bundle: Named;
  readonly throughput: Throughput;
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * @param totals of a pass over all jets of `table`.
 * @param table with the columns of the task's target; reco and gen for the comparison with the typical reconstruction.
 * @param joint the joint tests of the same model and jets; where they have power they enter the verdict.
 * @throws RangeError where table and totals do not belong together.
 */
export function summarise(
  totals: StudyTotals,
  table: JetsTable,
  card: ModelCard,
  run: StudyRun,
  joint?: JointReport,
): Report {
  if (totals.jets !== table.rows)
    throw new RangeError(`totals of ${totals.jets} jets do not belong to a table of ${table.rows}`);
  const { jets, samples } = totals;
  const variables = byVariable((variable) => studyVariable(totals, variable, table, card, run.seed));
  const closures = VARIABLES.map((variable) => {
    const { pValue, effect } = variables[variable].closure;
    return { name: `closure of ${variable}`, pValue, jets, effect };
  });
  const inSlices = VARIABLES.map((variable) => {
    const { stage, pValue, effect } = variables[variable].slices;
    return { name: `closure of ${variable} in slices of ${stage} pt and |eta|`, pValue, jets, effect };
  });
  return {
    format: REPORT_FORMAT,
    task: card.task,
    jets,
    samples,
    predictions: jets * samples,
    seed: run.seed,
    engine: run.engine,
    bundle: run.bundle,
    input: { ...table.source, name: fileName(table.source.name) },
    model: {
      description: card.description,
      network: networkInWords(card.network),
      parameters: card.parameters,
      multiplicationsPerPrediction: card.multiplicationsPerPrediction,
      epochs: card.training.epochs,
      licence: card.licence,
      trainingData: {
        name: card.training.data.name,
        rows: card.training.data.rows,
        description: card.training.data.description,
      },
    },
    versions: run.versions,
    throughput: run.throughput,
    variables,
    joint: joint ?? {},
    verdict: verdict(
      [[...closures, ...inSlices], joint && !joint.withoutPower ? joint.model.tests : []],
      jets,
      outsideTraining(table, card),
    ),
  };
}

function studyVariable(
  totals: StudyTotals,
  variable: Variable,
  table: JetsTable,
  card: ModelCard,
  seed: number,
): VariableReport {
  const name = columnName(STAGES_OF_TASK[card.task].target, variable);
  const truth = table.columns[name];
  if (!truth) throw new RangeError(`no column ${name}`);
  const part = totals.variables[variable];
  const bins = part.edges.length + 1;
  const counts = new Uint32Array((totals.samples + 1) * bins);
  const { underflow, counts: inside, overflow } = histogram(truth, part.edges);
  counts.set([underflow, ...inside, overflow]);
  counts.set(part.counts, bins);
  const place = VARIABLES.indexOf(variable);
  const generator = makeGenerator(seed, SPECTRUM_USE, place);
  const pit = pitFromRanks(totals, variable, seed);
  return {
    marginal: marginal(part, truth),
    spectrum: spectrumPValues(counts, bins, generator),
    closure: closure(variable, pit),
    slices: closureSlices(variable, pit, table, card.task),
    median: {
      ...medians(variable, part.median, truth, table),
      errors: medianErrors(variable, part.median, truth, table, seed, place),
    },
  };
}

/** The last part of a path: a report should be the same from whichever folder it is made. */
function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
