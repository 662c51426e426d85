/** A bundle's folder, ready to be asked. Needs Node; load-bundle-web.ts is the same for browsers. */
import { resolve } from 'node:path';
import { checkArgument, checkWhole } from './arguments.js';
import { fastestSession, openFastest } from './engines/open.js';
import type { ArrowTable } from './files/arrow.js';
import { readBundle } from './model/bundle-node.js';
import type { Condition } from './sampling/condition.js';
import { openConditionPool } from './sampling/condition-pool.js';
import { type ConditionTables, conditionTables } from './sampling/condition-tables.js';
import { type OpenBundle, openBundle } from './sampling/open-bundle.js';
import type { JetKeys } from './stats/tau.js';

/** How a bundle is opened. */
export interface LoadBundleOptions {
  /**
   * Worker threads on which `condition` computes, started when it is first asked; the values do not depend on how many. Default 0:
   * the calling thread, which does nothing else meanwhile. They end with `close`.
   */
  readonly threads?: number | undefined;
}

/** A bundle that also takes Arrow tables. */
export interface NodeBundle extends OpenBundle {
  /**
   * The distribution of the target jet given the input jet, for N jets.
   *
   * @param jets [N, inputs] row-major, physical units: pt [GeV], eta, phi [rad], mass [GeV], then the card's extra columns.
   * @param keys what their random numbers follow: the row of the first jet in its table, default 0, or `eventKeys`.
   * @throws UsageError where there are not whole jets, or a value that no jet has.
   */
  condition(jets: Float32Array, keys?: JetKeys): Condition;
  /**
   * The same by tables of apache-arrow.
   *
   * @param jets N rows; of its columns those of the task's input are read, gen_pt and so on for a simulation, and the card's
   *   extra columns. Any numeric type will do.
   * @param keys what their random numbers follow, as above; default the events, where the table has run, luminosityBlock,
   *   event and the index of the task's input jets (genJetIdx or jetIdx), else row 0 on.
   * @throws InputError where a column is missing or there are no jets.
   */
  condition(jets: ArrowTable, keys?: JetKeys): ConditionTables;
}

/**
 * Reads and checks the bundle in a folder, as input from a stranger: sizes, the card's every field, the hashes of the
 * graphs and what is in them, before anything runs.
 *
 * @param folder with model.json and the graphs that it names.
 * @param options where its engines run.
 * @throws UsageError where an argument is of another kind.
 * @throws BundleError where a file is missing, too large, or not what the card says.
 * @example
 * const bundle = await loadBundle('models/simulation');
 * await bundle.condition(Float32Array.of(50, 0.3, 1, 9)).median(); // Float32Array: pt, eta, phi, mass
 * await bundle.close();
 */
export async function loadBundle(folder: string, options: LoadBundleOptions = {}): Promise<NodeBundle> {
  checkArgument('folder', folder, 'path');
  checkArgument('options', options, 'options');
  const { threads = 0 } = options;
  checkWhole('threads', threads, 0);
  const read = await readBundle(folder);
  const { card } = read;
  const pool = () => openConditionPool(fastestSession(resolve(folder), read), card.inputs.length, threads);
  const bundle = openBundle(read, openFastest, threads > 0 ? pool : undefined);
  function condition(jets: Float32Array, keys?: JetKeys): Condition;
  function condition(jets: ArrowTable, keys?: JetKeys): ConditionTables;
  function condition(jets: Float32Array | ArrowTable, keys?: JetKeys): Condition | ConditionTables {
    if (typeof (jets as ArrowTable | undefined)?.getChild === 'function')
      return conditionTables(card, bundle.condition, jets as ArrowTable, keys);
    return bundle.condition(jets as Float32Array, keys);
  }
  return { ...bundle, condition };
}
