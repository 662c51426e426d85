/**
 * JetNTuple, CERN Open Data record 12100 (doi 10.7483/OPENDATA.CMS.RY2V.T797): tree AK4jets/jetTree, a row a jet.
 *
 * reco is jetPt, jetEta, jetPhi, jetMass; raw has jetRawPt and jetRawMass at the same eta and phi; gen is genJetPt, … .
 * Rows whose jetGenMatch is 0 have no gen jet, and are left out where one is asked for.
 */
import { InputError } from '../../errors.js';
import { type ColumnName, columnsOf, STAGES } from '../../jets/columns.js';
import { gather, type NumericArray, toFloat32 } from '../../jets/numeric-array.js';
import type { ByteSource } from '../source.js';
import type { TableFile } from '../table-file.js';
import { type Events, readEvents } from './branches.js';

export const JET_NTUPLE_TREE = 'AK4jets/jetTree';

const BRANCHES: Readonly<Record<ColumnName, string>> = {
  raw_pt: 'jetRawPt',
  raw_eta: 'jetEta',
  raw_phi: 'jetPhi',
  raw_mass: 'jetRawMass',
  reco_pt: 'jetPt',
  reco_eta: 'jetEta',
  reco_phi: 'jetPhi',
  reco_mass: 'jetMass',
  gen_pt: 'genJetPt',
  gen_eta: 'genJetEta',
  gen_phi: 'genJetPhi',
  gen_mass: 'genJetMass',
};
const MATCH = 'jetGenMatch';
const UNMATCHED = 'no gen jet matched';
const GEN: ReadonlySet<string> = new Set(columnsOf('gen'));

/** @throws InputError where a branch is missing. */
export function openJetNtuple(source: ByteSource, table: Events): TableFile {
  const missing = [MATCH, ...Object.values(BRANCHES)].filter((name) => !table.branches.has(name));
  if (missing.length > 0)
    throw new InputError(source.name, `${table.title} has no branch ${missing.join(', ')}`);
  const further = [...table.branches]
    .filter(([, branch]) => branch.type && !branch.list)
    .map(([name]) => name);
  const dropped: Record<string, number> = {};
  return {
    columnNames: [...STAGES.flatMap(columnsOf), ...further],
    rows: undefined,
    dropped,
    async *batches(columns) {
      const branchOf = (name: string) => BRANCHES[name as ColumnName] ?? name;
      const matched = columns.some((name) => GEN.has(name));
      const branches = new Set([MATCH, ...columns.map(branchOf)]);
      for await (const { events: jets, values } of readEvents(source, table, [...branches], {})) {
        const kept = new Int32Array(jets);
        let rows = 0;
        for (let jet = 0; jet < jets; jet++)
          if (!matched || Number(values[MATCH][jet]) !== 0) kept[rows++] = jet;
        if (rows < jets) dropped[UNMATCHED] = (dropped[UNMATCHED] ?? 0) + jets - rows;
        const batch: Record<string, NumericArray> = {};
        for (const name of columns) {
          const column = values[branchOf(name)];
          batch[name] = gather(name in BRANCHES ? toFloat32(column) : column, kept.subarray(0, rows));
        }
        yield { rows, columns: batch };
      }
    },
  };
}
