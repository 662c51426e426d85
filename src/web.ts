/**
 * jet-iqn in a browser: the same models, the same random numbers.
 *
 * ```ts
 * import { loadBundle } from 'jet-iqn/web';
 *
 * const bundle = await loadBundle('models/simulation');
 * const [pt, eta, phi, mass] = await bundle.condition(Float32Array.of(100, 0.5, 1, 12)).median();
 * ```
 *
 * @module jet-iqn/web
 */

// What can go wrong.

export {
  BundleError,
  type ErrorCode,
  type ExitCode,
  InputError,
  JetIqnError,
  RunError,
  UsageError,
} from './errors.js';

// Jets.

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

// Models.

export type { Conditional, Engine, JetQuantiles, Session } from './engines/engine.js';
export { openEngine, type WebEngine, type WebEngineOptions } from './engines/open-web.js';
export type { Arithmetic } from './engines/wasm.js';
export type { Bundle } from './model/bundle.js';
export type { BundleSource, ReadBundleOptions } from './model/bundle-web.js';
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
export { STAGES_OF_TASK, TASKS, type Task, type TaskStages } from './model/tasks.js';
export type { Harmonic, InputTransform, TargetTransform } from './model/transforms.js';

// Random numbers: any tau of any run, from only the jet's event or row.

export { philox4x32, philoxKey } from './stats/philox.js';
export { fillTau, type JetKeys, tauOf } from './stats/tau.js';

// Distributions: quantiles, CDFs, densities.

export { loadBundle } from './load-bundle-web.js';
export type { Condition, SampleOptions } from './sampling/condition.js';
export type { ConditionCdf, ExactCondition, RangeCounts } from './sampling/exact-condition.js';
export type { OpenBundle } from './sampling/open-bundle.js';
