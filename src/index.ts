/**
 * jet-iqn: a detector's answer to a jet as a whole distribution.
 *
 * ```ts
 * import { loadBundle, readJets, study } from 'jet-iqn';
 *
 * const bundle = await loadBundle('models/simulation');
 * const jets = await readJets('jets.parquet');
 * const report = await study(bundle, jets, { samples: 1000, outputDir: 'out' });
 * console.log(report.variables.pt.closure.pValue, report.verdict.passed);
 * ```
 */

// What can go wrong.
export {
  BundleError,
  InputError,
  InterruptedError,
  JetIqnError,
  RunError,
  UsageError,
  VerdictError,
} from './errors.js';
export { type ReadJetsOptions, readJets } from './formats/read-jets.js';
// Jets, and the files they come from.
export {
  type ColumnName,
  columnName,
  STAGES,
  type Stage,
  UNITS,
  VARIABLES,
  type Variable,
} from './jets/columns.js';
export { deltaPhi, deltaR, wrapPhi } from './jets/phi.js';
export { SPLIT_SHARES, type SplitPart, splitIndices, splitPart } from './jets/split.js';
export { firstJets, type JetsSource, type JetsTable } from './jets/table.js';
// Models.
export type { Bundle } from './model/bundle.js';
export type { ModelCard, TrainingRecord } from './model/card.js';
export type { AmortisedSpec, NetworkSpec, PaperSpec, TauInput } from './model/network-spec.js';
export type { Session } from './model/session.js';
export { createSession } from './model/session-node.js';
export { STAGES_OF_TASK, TASKS, type Task } from './model/tasks.js';
// Random numbers: any tau of any run, from its place alone.
export { philox4x32, philoxKey } from './random/philox.js';
export { fillTau, tauOf } from './random/tau.js';
// Studies.
export type { Report } from './report/report.js';
export { writeReport } from './report/write-report.js';
// Distributions: quantiles, CDFs, densities.
export type { ConditionalCdf, Given, SampleOptions } from './sampling/given/given.js';
export { loadBundle } from './sampling/given/load-bundle.js';
export type { OpenBundle } from './sampling/given/open-bundle.js';
export { type StudyOptions, study } from './studies/run-study.js';
