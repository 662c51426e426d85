/**
 * A dropped file as jets in memory. Jets that cannot be are left out and counted, as `jet-iqn convert` does: there is
 * nobody to run that command first.
 */
import { InputError } from '../../src/errors.js';
import { completeStages } from '../../src/files/complete-stages.js';
import { openTable } from '../../src/files/open-table.js';
import { selectJets } from '../../src/files/select-jets.js';
import type { ByteSource } from '../../src/files/source.js';
import { copyToFloat32, type TableFile } from '../../src/files/table-file.js';
import { checkJets, mendedWarnings } from '../../src/jets/check.js';
import { columnsOf, type Stage } from '../../src/jets/columns.js';
import type { JetsTable } from '../../src/jets/table.js';
import { sha256 } from '../../src/model/bundle.js';
import { blobSource } from './blob-source.js';

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
 * @throws InputError in words for the page.
 */
export async function readTable(
  blob: Blob,
  name: string,
  signal: AbortSignal,
  onJets: (jets: number) => void,
): Promise<ReadTable> {
  if (blob.size > LARGEST_FILE)
    throw new InputError(
      name,
      `has ${Math.ceil(blob.size / 2 ** 20)} MB, the page reads up to 100 MB; make a smaller one with \`jet-iqn convert --limit\`, or use the command line`,
    );
  if (blob.size === 0) throw new InputError(name, 'is empty (0 bytes)');
  const file = await openJets(blobSource(blob, name));
  const stages = completeStages(name, file.columnNames);
  const names = stages.flatMap(columnsOf);
  const pieces: Record<string, Float32Array[]> = Object.fromEntries(names.map((column) => [column, []]));
  const dropped: Record<string, number> = {};
  const mended = { masses: 0, phis: 0 };
  let rows = 0;
  for await (const batch of file.batches(names)) {
    signal.throwIfAborted();
    const columns: Record<string, Float32Array> = {};
    for (const column of names) {
      columns[column] = new Float32Array(batch.rows);
      copyToFloat32(columns[column], batch.columns[column]!, 0);
    }
    const kept = selectJets(columns, batch.rows, stages, {}, dropped);
    const taken = kept.subarray(0, MOST_JETS - rows);
    const chosen = Object.fromEntries(
      names.map((column) => [column, Float32Array.from(taken, (row) => columns[column]![row]!)]),
    );
    checkJets(name, chosen, stages, rows, mended);
    for (const column of names) pieces[column]!.push(chosen[column]!);
    rows += taken.length;
    onJets(rows);
    if (rows >= MOST_JETS) break;
  }
  for (const [reason, count] of Object.entries(file.dropped))
    dropped[reason] = (dropped[reason] ?? 0) + count;
  if (rows === 0) throw new InputError(name, `has no jets that can be used${reasons(dropped)}`);
  const columns = Object.fromEntries(names.map((column) => [column, joined(pieces[column]!, rows)]));
  const warnings = [...(file.notes ?? []), ...mendedWarnings(mended)];
  if (rows >= MOST_JETS)
    warnings.push(`the page takes the first ${MOST_JETS} jets; use the command line for more`);
  const table = {
    rows,
    columns,
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

function joined(pieces: readonly Float32Array[], rows: number): Float32Array {
  const out = new Float32Array(rows);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
