/**
 * A dropped file as jets in memory. Jets that cannot be are left out and counted, as `jet-iqn convert` does: there is
 * nobody to run that command first.
 */
import { InputError } from '../../src/errors.js';
import { openTable } from '../../src/files/open-table.js';
import { completeStages, noneSelected, selectJets } from '../../src/files/select-jets.js';
import { type ByteSource, checkRange } from '../../src/files/source.js';
import type { TableFile } from '../../src/files/table-file.js';
import { mendedWarnings } from '../../src/jets/check.js';
import { columnsOf, keyColumns, type Stage } from '../../src/jets/columns.js';
import { joined, type NumericArray, toFloat32 } from '../../src/jets/numeric-array.js';
import type { JetsTable } from '../../src/jets/table.js';
import { sha256 } from '../../src/model/bundle.js';

/** Bytes: beyond that, a page would need more memory than it may have. */
export const LARGEST_FILE = 100 * 2 ** 20;
/** Jets kept in memory: 12 columns of so many are 96 MB. */
const MOST_JETS = 2_000_000;

export interface ReadTable {
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
  blob: Blob,
  name: string,
  signal: AbortSignal,
  onJets: (jets: number) => void,
  extra: readonly string[] = [],
): Promise<ReadTable> {
  if (blob.size > LARGEST_FILE)
    throw new InputError(
      name,
      `has ${Math.ceil(blob.size / 2 ** 20)} MB, the page reads up to 100 MB; make a smaller one with \`jet-iqn convert --limit\`, or use the command line`,
    );
  if (blob.size === 0) throw new InputError(name, 'is empty (0 bytes)');
  const file = await openJets(blobSource(blob, name));
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
    source: { name, sha256: await sha256(new Uint8Array(await blob.arrayBuffer())) },
  };
  return { table, stages, dropped, warnings };
}

/** NanoAOD may hold fat jets alone; there is no option to ask for them here. */
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

/** A dropped file as bytes by range. */
function blobSource(blob: Blob, name: string): ByteSource {
  return {
    name,
    size: blob.size,
    async read(start, end) {
      checkRange(name, blob.size, start, end);
      try {
        return new Uint8Array(await blob.slice(start, end).arrayBuffer());
      } catch (error) {
        throw new InputError(
          name,
          'cannot be read any more: it was changed or moved since it was chosen; choose it again',
          {
            cause: error,
          },
        );
      }
    },
    async close() {},
  };
}
