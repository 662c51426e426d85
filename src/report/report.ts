/**
 * report.json: every number of a study. The same input, bundle, engine and seed give the same bytes but for `throughput`.
 */
import type { Variable } from '../jets/columns.js';
import type { JetsSource } from '../jets/table.js';
import type { Task } from '../model/tasks.js';
import type { Closure } from '../studies/closure.js';
import type { ClosureSlices } from '../studies/closure-slices.js';
import type { JointReport } from '../studies/joint/joint-study.js';
import type { Marginal } from '../studies/marginal.js';
import type { MedianErrors, Medians } from '../studies/medians.js';
import type { SpectrumPValues } from '../studies/replicates.js';
import type { Verdict } from '../studies/verdict.js';

export const REPORT_FORMAT = 'jet-iqn-report/1';

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
  /** sha256 of everything that decides the numbers, by which `--resume` knows a finished study again. */
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
export function hasJoint(report: Report): report is Report & { readonly joint: JointReport } {
  return 'model' in report.joint;
}
