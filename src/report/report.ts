/**
 * report.json: every number of a study. The same input, bundle, engine and seed give the same bytes but for `throughput`.
 */
import type { Variable } from '../jets/columns.js';
import type { Task } from '../model/tasks.js';
import type { Closure } from '../studies/closure.js';
import type { ClosureSlices } from '../studies/closure-slices.js';
import type { JointReport } from '../studies/joint/joint-study.js';
import type { Marginal } from '../studies/marginal.js';
import type { MedianErrors } from '../studies/median-errors.js';
import type { Medians } from '../studies/medians.js';
import type { SpectrumPValues } from '../studies/replicates.js';
import type { Verdict } from '../studies/verdict.js';

export const REPORT_FORMAT = 'jet-iqn-report/1';

export interface Report {
  readonly format: typeof REPORT_FORMAT;
  readonly task: Task;
  /** Number of jets, N. */
  readonly jets: number;
  /** Predictions a jet, S. */
  readonly samples: number;
  /** N S. */
  readonly predictions: number;
  readonly seed: number;
  readonly engine: string;
  readonly bundle: Named;
  readonly input: Named;
  /** From the bundle's card. */
  readonly model: ModelSummary;
  readonly versions: Readonly<Record<string, string>>;
  readonly throughput: Throughput;
  readonly variables: Readonly<Record<Variable, VariableReport>>;
  /** The joint tests; empty where they were not made: too few jets, or an engine that samples and nothing else. */
  readonly joint: JointReport | Readonly<Record<string, never>>;
  readonly verdict: Verdict;
}

/** A file or bundle, and the sha256 of its content. */
export interface Named {
  readonly name: string;
  readonly sha256: string;
}

export interface ModelSummary {
  readonly description: string;
  readonly network: string;
  readonly parameters: number;
  readonly multiplicationsPerPrediction: number;
  readonly epochs: number;
  readonly licence: string;
  readonly trainingData: { readonly name: string; readonly rows: number; readonly description: string };
}

/** The one part that changes from run to run. */
export interface Throughput {
  readonly predictionsPerSecond: number;
  readonly seconds: number;
  readonly threads: number;
}

export interface VariableReport {
  readonly marginal: Marginal;
  /** The true spectrum among the replicates. */
  readonly spectrum: SpectrumPValues;
  readonly closure: Closure;
  readonly slices: ClosureSlices;
  readonly median: Medians & { readonly errors: MedianErrors };
}

/** Whether the joint tests were made. */
export function hasJoint(report: Report): report is Report & { readonly joint: JointReport } {
  return 'model' in report.joint;
}
