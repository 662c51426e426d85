/**
 * A file as jets in memory, read a piece at a time: memory grows with its jets, not with its size. Jets that cannot be are left out and counted, as `jet-iqn convert` does: there is
 * nobody to run that command first.
 */
import { InputError } from '../../src/errors.js';
import { openTable } from '../../src/files/open-table.js';
import { completeStages, noneSelected, selectJets } from '../../src/files/select-jets.js';
import type { ByteSource } from '../../src/files/source.js';
import type { TableFile } from '../../src/files/table-file.js';
import { mendedWarnings } from '../../src/jets/check.js';
import { columnsOf, keyColumns, type Stage } from '../../src/jets/columns.js';
import { joined, type NumericArray, toFloat32 } from '../../src/jets/numeric-array.js';
import type { JetsTable } from '../../src/jets/table.js';

/** Jets kept in memory: 12 columns of so many are 96 MB. */
const MOST_JETS = 2_000_000;

export interface ReadTable {
  /** Without the checksum of its file, which takes all of its bytes. */
  readonly table: JetsTable;
  readonly stages: readonly Stage[];
  /** How many jets were left out, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

/**
 * @param onJets told the number of jets read so far.
 * @param extra further columns, as far as the file has them.
 * @throws InputError in words for the page.
 */
export async function readTable(
  source: ByteSource,
  signal: AbortSignal,
  onJets: (jets: number) => void,
  extra: readonly string[] = [],
): Promise<ReadTable> {
  const { name } = source;
  const file = await openJets(source);
  const stages = completeStages(name, file.columnNames);
  const further = extra.filter((column) => file.columnNames.includes(column));
  const keys = keyColumns(file.columnNames, stages);
  const pieces: Record<string, NumericArray>[] = [];
  const selected = noneSelected();
  const { dropped, mended } = selected;
  let rows = 0;
  for await (const batch of selectJets(name, file, { stages, extra: [...further, ...keys] }, selected)) {
    signal.throwIfAborted();
    const taken = Math.min(batch.rows, MOST_JETS - rows);
    pieces.push(
      Object.fromEntries(
        Object.entries(batch.columns).map(([column, values]) => [column, values.subarray(0, taken)]),
      ),
    );
    rows += taken;
    onJets(rows);
    if (rows >= MOST_JETS) break;
  }
  for (const [reason, count] of Object.entries(file.dropped))
    dropped[reason] = (dropped[reason] ?? 0) + count;
  if (rows === 0) throw new InputError(name, `has no jets that can be used${reasons(dropped)}`);
  const whole = (column: string) => joined(pieces.map((piece) => piece[column]));
  const columns = Object.fromEntries(
    [...stages.flatMap(columnsOf), ...further].map((column) => [column, toFloat32(whole(column))]),
  );
  const warnings = [...(file.notes ?? []), ...mendedWarnings(mended)];
  if (rows >= MOST_JETS)
    warnings.push(`the page takes the first ${MOST_JETS} jets; use the command line for more`);
  const table = {
    rows,
    columns,
    kept: Object.fromEntries(keys.map((column) => [column, whole(column)])),
    source: { name, sha256: '' },
  };
  return { table, stages, dropped, warnings };
}

/** NanoAOD may hold only fat jets; there is no option to ask for them here. */
async function openJets(source: ByteSource): Promise<TableFile> {
  try {
    return await openTable(source);
  } catch (fault) {
    return await openTable(source, { collection: 'FatJet' }).catch(() => {
      throw fault;
    });
  }
}

function reasons(dropped: Readonly<Record<string, number>>): string {
  const parts = Object.entries(dropped).map(([reason, count]) => `${count} left out: ${reason}`);
  return parts.length === 0 ? ' (0 rows)' : ` (${parts.join('; ')})`;
}
