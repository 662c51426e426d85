/**
 * Delphes output (arXiv:1307.6346): tree Delphes with lists Jet and GenJet, which it does not match: of all pairs within
 * half the jets' radius in an event the nearest first, each jet and each gen jet once. reco is Jet; Delphes keeps no
 * uncorrected jet, so that there is no raw.
 */
import { InputError } from '../../errors.js';
import { INDEX_KEYS, VARIABLES, type Variable } from '../../jets/columns.js';
import type { ByteSource } from '../source.js';
import type { JetOptions, TableFile } from '../table-file.js';
import type { Events } from './branches.js';
import { type Column, halfRadius, jetListsTable } from './jet-lists.js';

export const DELPHES_TREE = 'Delphes';

const MEMBERS: Readonly<Record<Variable, string>> = { pt: 'PT', eta: 'Eta', phi: 'Phi', mass: 'Mass' };

/** @throws InputError where the jets are not there. */
export function openDelphes(
  source: ByteSource,
  table: Events,
  { collection = 'Jet', maxDeltaR = true }: JetOptions = {},
): TableFile {
  const lists = { jet: collection, gen: `Gen${collection}` } as const;
  const columns = new Map<string, Column[]>();
  for (const [stage, of] of [['reco', 'jet'] as const, ['gen', 'gen'] as const]) {
    for (const variable of VARIABLES) {
      const branch = `${lists[of]}.${MEMBERS[variable]}`;
      if (!table.branches.has(branch))
        throw new InputError(source.name, `${table.title} has no branch "${branch}"`);
      columns.set(`${stage}_${variable}`, [{ of, branch }]);
    }
  }
  columns.set('entry', [{ of: 'event' }]);
  columns.set(INDEX_KEYS.reco, [{ of: 'jet' }]);
  columns.set(INDEX_KEYS.gen, [{ of: 'gen' }]);
  columns.set('jet', [{ of: 'jet' }]);
  for (const [name, branch] of table.branches)
    if (name.startsWith(`${collection}.`) && branch.type && branch.list)
      columns.set(name.slice(collection.length + 1), [{ of: 'jet', branch: name }]);
  return jetListsTable(source, table, {
    columns,
    counters: { jet: `${lists.jet}_size`, gen: `${lists.gen}_size` },
    matching: { maxDeltaR: maxDeltaR === true ? halfRadius(collection) : maxDeltaR },
  });
}
