/** A bundle that can be asked: its engines are opened when they are first needed, once, and shared by all its jets. */
import { UsageError } from '../../errors.js';
import type { Bundle } from '../../model/bundle.js';
import { type Conditional, quantilesOf } from '../../model/conditional/conditional.js';
import type { Session } from '../../model/session.js';
import { type Given, givenJets } from './given.js';

/** What answers for many jets elsewhere than on this thread. */
export interface GivenPool {
  given(jets: Float32Array, firstJet?: number): Given;
  close(): Promise<void>;
}

/** A bundle with its engines. */
export interface OpenBundle extends Bundle {
  /**
   * The distribution of the target jet given the input jet, for N jets.
   *
   * @param jets [N, inputs] row-major, physical units: pt [GeV], eta, phi [rad], mass [GeV], then the card's extra columns.
   * @param firstJet index of the first jet in its table, default 0: what its random numbers depend on.
   * @throws UsageError where there are not whole jets.
   */
  given(jets: Float32Array, firstJet?: number): Given;
  /** What samples; opens it. Closed with the bundle. */
  session(): Promise<Session>;
  /** What quantiles and CDFs are computed with; opens it. Closed with the bundle. */
  conditional(): Promise<Conditional>;
  /** Frees what the engines hold. */
  close(): Promise<void>;
}

/** How the engines of a bundle are opened here. */
export interface Openers {
  session(bundle: Bundle): Promise<Session>;
  conditional(bundle: Bundle): Promise<Conditional>;
  /** Where there is one, it answers instead of the two. */
  pool?(): GivenPool;
}

export function openBundle(bundle: Bundle, openers: Openers): OpenBundle {
  const session = once(() => openers.session(bundle));
  const conditional = once(() => openers.conditional(bundle));
  let pool: GivenPool | undefined;
  const columns = bundle.card.inputs.map(({ column }) => column);
  const inputs = columns.length;
  return {
    ...bundle,
    given(jets, firstJet) {
      if (jets.length === 0 || jets.length % inputs !== 0)
        throw new UsageError(
          `${bundle.source} takes ${inputs} numbers a jet (${columns.join(', ')}); ${jets.length} are not whole jets`,
        );
      if (openers.pool) {
        pool ??= openers.pool();
        return pool.given(jets, firstJet);
      }
      return givenJets(
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
      await conditional.close();
      const threads = pool;
      pool = undefined;
      await threads?.close();
    },
  };
}

/** One thing that is opened at its first use; where that failed, or after it was closed, at the next. */
function once<Thing extends { close(): Promise<void> }>(open: () => Promise<Thing>) {
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
