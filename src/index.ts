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
 *
 * Arrays are row-major float32 in physical units: pt and mass in GeV, phi in radians in (-pi, pi]. Everything that can be
 * foreseen to go wrong is a {@link JetIqnError}, whose message says in one line what, where and what to do.
 *
 * @module jet-iqn
 */

// What can go wrong.

export {
  BundleError,
  type ErrorCode,
  type ExitCode,
  InputError,
  InterruptedError,
  JetIqnError,
  RunError,
  UsageError,
  VerdictError,
} from './errors.js';

// Jets, and the files they come from.

export { type ReadJetsOptions, readJets } from './files/read-jets.js';
export {
  type ColumnName,
  columnName,
  STAGES,
  type Stage,
  UNITS,
  VARIABLES,
  type Variable,
} from './jets/columns.js';
export { type EventColumns, eventKeys } from './jets/event-keys.js';
export type { NumericArray } from './jets/numeric-array.js';
export { deltaPhi, deltaR, wrapPhi } from './jets/phi.js';
export { SPLIT_SHARES, type SplitPart, splitIndices, splitPart } from './jets/split.js';
export {
  type AssumedInput,
  firstJets,
  type JetsPart,
  type JetsSource,
  type JetsTable,
} from './jets/table.js';

// Models.

export type { Bundle } from './model/bundle.js';
export {
  type FileRecord,
  GRAPH_FILES,
  type GraphFile,
  type ModelCard,
  type QuantileRecord,
  type TrainingRecord,
} from './model/card.js';
export type { GenSpectrum } from './model/gen-spectrum.js';
export type { AmortisedSpec, NetworkSpec, PaperSpec, TauInput } from './model/network-spec.js';
export { splitJets } from './model/split-jets.js';
export { STAGES_OF_TASK, TASKS, type Task, type TaskStages } from './model/tasks.js';
export type { Harmonic, InputTransform, TargetTransform } from './model/transforms.js';

// What samples from them.

export type { Conditional, Engine, JetQuantiles, Session } from './engines/engine.js';
export {
  bundleEngine,
  ENGINES,
  type EngineKind,
  type EngineName,
  type EngineOptions,
  openEngine,
  type SamplingEngine,
  type SessionSource,
} from './engines/open.js';

// Random numbers: any tau of any run, from only the jet's event or row.

export { philox4x32, philoxKey } from './stats/philox.js';
export { fillTau, type JetKeys, tauOf } from './stats/tau.js';

// Distributions: quantiles, CDFs, densities.

export type { ArrowColumn, ArrowTable } from './files/arrow.js';
export { type LoadBundleOptions, loadBundle, type NodeBundle } from './load-bundle.js';
export type { Condition, SampleOptions } from './sampling/condition.js';
export type {
  CdfColumns,
  ConditionTables,
  JetIndex,
  QuantileColumns,
  SampleColumns,
  TargetColumns,
} from './sampling/condition-tables.js';
export type { ConditionCdf, ExactCondition, RangeCounts } from './sampling/exact-condition.js';
export type { OpenBundle } from './sampling/open-bundle.js';

// Studies.

export { writeReport } from './report/write-report.js';
export type {
  ModelSummary,
  Named,
  Report,
  Throughput,
  TrainingData,
  VariableReport,
} from './studies/summarise.js';
export { type StudiedBundle, type StudyOptions, study } from './study.js';

// What a study finds, variable by variable.

export type { Closure, CountRange, DifferenceBand, EcdfDifference } from './studies/closure.js';
export type { ClosureSlice, ClosureSlices, JetSlice } from './studies/closure-slices.js';
export type { Marginal, Outside } from './studies/marginal.js';
export type { MedianErrors, Medians } from './studies/medians.js';
export type { SpectrumPValues } from './studies/replicates.js';
export type { BeyondTraining, JudgedTest, TestResult, Verdict } from './studies/verdict.js';

// What its joint tests find.

export type { Auc } from './stats/auc.js';
export type { SlicedKs } from './stats/sliced-ks.js';
export type { C2st } from './studies/joint/c2st.js';
export type { Dependence } from './studies/joint/dependence.js';
export type { JointReport } from './studies/joint/joint-study.js';
export type { JointTests } from './studies/joint/joint-tests.js';
export type { LocalMap } from './studies/joint/local-map.js';
export type {
  ResponseCurve,
  ResponseCurves,
  ResponseDifference,
  ResponseFigure,
  ResponseRange,
} from './studies/joint/response.js';
export type { PitUniformity, Rosenblatt, SmoothTest } from './studies/joint/rosenblatt.js';
export type { Score, Scores } from './studies/joint/scores.js';
export type { Tarp } from './studies/joint/tarp.js';
