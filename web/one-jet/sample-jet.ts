/** A jet of the shipped sample, whose true answer is known. */
import { InputError } from '../../src/errors.js';
import { columnName, STAGES, VARIABLES } from '../../src/jets/columns.js';
import type { JetsTable } from '../../src/jets/table.js';
import type { SampleJet } from '../engine/api.js';
import { readTable } from '../many-jets/read-table.js';

let loaded: Promise<JetsTable> | undefined;

/** @throws InputError where the sample cannot be fetched or has no such row. */
export async function sampleJet({
  url,
  row,
}: {
  readonly url: string;
  readonly row?: number | undefined;
}): Promise<SampleJet> {
  loaded ??= load(url);
  const table = await loaded.catch((error) => {
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
  return { row: chosen, stages };
}

async function load(url: string): Promise<JetsTable> {
  const response = await fetch(url).catch((error) => {
    throw new InputError('the sample', 'cannot be fetched; check the connection and try again', {
      cause: error,
    });
  });
  if (!response.ok) throw new InputError('the sample', `is not on the server (${response.status})`);
  const { table } = await readTable(
    await response.blob(),
    'the sample',
    new AbortController().signal,
    () => {},
  );
  return table;
}
