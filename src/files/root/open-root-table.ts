/** A ROOT file → its jets, by the tree that it has: NanoAOD, JetNTuple or Delphes. */
import { InputError } from '../../errors.js';
import type { ByteSource } from '../source.js';
import { type JetOptions, refuseOptions, type TableFile } from '../table-file.js';
import { DELPHES_TREE, openDelphes } from './delphes.js';
import { guarded, openRoot, type RootFile } from './file.js';
import { JET_NTUPLE_TREE, openJetNtuple } from './jet-ntuple.js';
import { openNanoAod } from './nanoaod.js';

/** @throws InputError where the file has none of the trees. */
export async function openRootTable(source: ByteSource, options: JetOptions = {}): Promise<TableFile> {
  const file = await openRoot(source);
  // What the parser makes of a damaged tree may lack anything.
  const table = await guarded(source.name, 'its branches', () => tableOf(source, file, options));
  if (table) return table;
  throw new InputError(
    source.name,
    `is a ROOT file without jets that are known: no tree Events (NanoAOD), ${JET_NTUPLE_TREE} (JetNTuple) or ${DELPHES_TREE}; it has ${file.names.slice(0, 10).join(', ') || 'nothing'}`,
  );
}

async function tableOf(
  source: ByteSource,
  file: RootFile,
  options: JetOptions,
): Promise<TableFile | undefined> {
  const nanoAod = await file.tree('Events');
  if (nanoAod) return openNanoAod(source, nanoAod, options);
  const ntuple = await file.tree(JET_NTUPLE_TREE);
  if (ntuple) {
    refuseOptions(source.name, options);
    return openJetNtuple(source, ntuple);
  }
  const delphes = await file.tree(DELPHES_TREE);
  if (!delphes) return undefined;
  refuseOptions(source.name, options, ['collection', 'maxDeltaR']);
  return openDelphes(source, delphes, options);
}
