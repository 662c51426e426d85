/** A bundle that can be asked: its engine is opened when it is first needed, once, and shared by all its jets. */

import { type Conditional, type Engine, quantilesOf, type Session } from '../engines/engine.js';
import type { Bundle } from '../model/bundle.js';
import type { JetKeys } from '../stats/tau.js';
import { type Condition, checkInputJets, conditionOf } from './condition.js';
import type { ConditionPool } from './condition-pool.js';

/** A bundle with its engine. */
export interface OpenBundle extends Bundle {
  /**
   * The distribution of the target jet given the input jet, for N jets.
   *
   * @param jets [N, inputs] row-major, physical units: pt [GeV], eta, phi [rad], mass [GeV], then the card's extra columns.
   * @param keys what their random numbers follow: the row of the first jet in its table, default 0, or `eventKeys`.
   * @throws UsageError where there are not whole jets, or a value that no jet has.
   */
  condition(jets: Float32Array, keys?: JetKeys): Condition;
  /** What samples; opens it. Closed with the bundle. */
  session(): Promise<Session>;
  /** What quantiles and CDFs are computed with, the same engine; opens it. Closed with the bundle. */
  conditional(): Promise<Conditional>;
  /** Frees what the engine holds. */
  close(): Promise<void>;
}

/**
 * @param openEngine is asked once; where that failed, or after the bundle was closed, again.
 * @param openPool where there is one, threads answer instead of this one.
 */
export function openBundle(
  bundle: Bundle,
  openEngine: (bundle: Bundle) => Promise<Engine>,
  openPool?: () => ConditionPool,
): OpenBundle {
  let opening: Promise<Engine> | undefined;
  const open = () => {
    opening ??= openEngine(bundle).catch((error) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  let pool: ConditionPool | undefined;
  const columns = bundle.card.inputs.map(({ column }) => column);
  const inputs = columns.length;
  const asked = {
    inputs,
    predict: async (...call: Parameters<Engine['predict']>) => (await open()).predict(...call),
    quantile: async (...call: Parameters<Engine['quantile']>) => (await open()).quantile(...call),
    forJets: async (jets: Float32Array) => quantilesOf(await open(), jets),
  };
  return {
    ...bundle,
    condition(jets, keys = 0) {
      checkInputJets(bundle.source, columns, jets, keys);
      if (!openPool) return conditionOf(asked, asked, jets, keys);
      pool ??= openPool();
      return pool.condition(jets, keys);
    },
    session: open,
    conditional: open,
    async close() {
      const [opened, threads] = [opening, pool];
      [opening, pool] = [undefined, undefined];
      await (await opened)?.close();
      await threads?.close();
    },
  };
}
