/** A bundle that can be asked: its engines are opened when they are first needed, once, and shared by all its jets. */

import type { Engine, Session } from '../../engines/engine.js';
import type { Bundle } from '../../model/bundle.js';
import { type Conditional, quantilesOf } from '../../model/conditional/conditional.js';
import { type Condition, checkInputJets, conditionOf } from './condition.js';

/** What answers for many jets elsewhere than on this thread. */
export interface ConditionPool {
  condition(jets: Float32Array, firstJet?: number): Condition;
  close(): Promise<void>;
}

/** A bundle with its engines. */
export interface OpenBundle extends Bundle {
  /**
   * The distribution of the target jet given the input jet, for N jets.
   *
   * @param jets [N, inputs] row-major, physical units: pt [GeV], eta, phi [rad], mass [GeV], then the card's extra columns.
   * @param firstJet index of the first jet in its table, default 0: what its random numbers depend on.
   * @throws UsageError where there are not whole jets, or a value that no jet has.
   */
  condition(jets: Float32Array, firstJet?: number): Condition;
  /** What samples; opens it. Closed with the bundle. */
  session(): Promise<Session>;
  /** What quantiles and CDFs are computed with; opens it. Closed with the bundle. */
  conditional(): Promise<Conditional>;
  /** Frees what the engines hold. */
  close(): Promise<void>;
}

/** How the engines of a bundle are opened here: one for all, or one that samples and one for conditional rows. */
export type Openers = (
  | { session(bundle: Bundle): Promise<Engine>; readonly conditional?: undefined }
  | { session(bundle: Bundle): Promise<Session>; conditional(bundle: Bundle): Promise<Conditional> }
) & {
  /** Where there is one, it answers instead of the two. */
  readonly pool?: () => ConditionPool;
};

export function openBundle(bundle: Bundle, openers: Openers): OpenBundle {
  const session = once<Session>(() => openers.session(bundle));
  const conditional = openers.conditional
    ? once(() => openers.conditional(bundle))
    : (session as Opening<Engine>);
  let pool: ConditionPool | undefined;
  const columns = bundle.card.inputs.map(({ column }) => column);
  const inputs = columns.length;
  return {
    ...bundle,
    condition(jets, firstJet = 0) {
      checkInputJets(bundle.source, columns, jets, firstJet);
      if (openers.pool) {
        pool ??= openers.pool();
        return pool.condition(jets, firstJet);
      }
      return conditionOf(
        { inputs, predict: async (...call) => (await session.open()).predict(...call) },
        {
          inputs,
          quantile: async (...call) => (await conditional.open()).quantile(...call),
          forJets: async (some) => quantilesOf(await conditional.open(), some),
        },
        jets,
        firstJet,
      );
    },
    session: session.open,
    conditional: conditional.open,
    async close() {
      await session.close();
      if (openers.conditional) await conditional.close();
      const threads = pool;
      pool = undefined;
      await threads?.close();
    },
  };
}

/** One thing that is opened at its first use; where that failed, or after it was closed, at the next. */
interface Opening<Thing> {
  open(): Promise<Thing>;
  close(): Promise<void>;
}
function once<Thing extends { close(): Promise<void> }>(open: () => Promise<Thing>): Opening<Thing> {
  let opening: Promise<Thing> | undefined;
  return {
    open(): Promise<Thing> {
      opening ??= open().catch((error) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    async close(): Promise<void> {
      const opened = opening;
      opening = undefined;
      await (await opened)?.close();
    },
  };
}
