/** A jet of the shipped sample, whose true answer is known. */
import { InputError } from '../../src/errors.js';
import { columnName, STAGES, VARIABLES } from '../../src/jets/columns.js';
import type { JetsTable } from '../../src/jets/table.js';
import type { SampleJet } from '../engine/api.js';
import { readTable } from '../many-jets/read-table.js';
import { openPlace } from '../many-jets/sources.js';

/** The sample as last read, and its columns beside the jets'. */
let loaded: { readonly table: Promise<JetsTable>; readonly extra: string } | undefined;

/**
 * @param extra columns that the model reads beside the four variables: given as far as the sample has them.
 * @throws InputError where the sample cannot be fetched or has no such row.
 */
export async function sampleJet(
  { url, row }: { readonly url: string; readonly row?: number | undefined },
  extra: readonly string[],
): Promise<SampleJet> {
  if (loaded?.extra !== extra.join()) loaded = { table: load(url, extra), extra: extra.join() };
  const table = await loaded.table.catch((error) => {
    // The next one may ask again.
    loaded = undefined;
    throw error;
  });
  const chosen = row ?? Math.floor(Math.random() * table.rows);
  if (chosen >= table.rows) throw new InputError('the sample', `has ${table.rows} jets and no row ${chosen}`);
  const stages = Object.fromEntries(
    STAGES.map((stage) => [
      stage,
      Object.fromEntries(
        VARIABLES.map((variable) => [variable, table.columns[columnName(stage, variable)]![chosen]!]),
      ),
    ]),
  ) as unknown as SampleJet['stages'];
  const further = extra.flatMap((name): [string, number][] => {
    const value = table.columns[name]?.[chosen];
    return value === undefined ? [] : [[name, value]];
  });
  return { row: chosen, stages, extra: Object.fromEntries(further) };
}

async function load(url: string, extra: readonly string[]): Promise<JetsTable> {
  const source = await openPlace(url, 'the sample');
  return (await readTable(source, new AbortController().signal, () => {}, extra)).table;
}
