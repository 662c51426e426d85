/**
 * Jets of the reference detector as a file, to train the small network of the power study on.
 *
 *     npm run experiment -- power-jets FILE.parquet [JETS] [SEED]
 *
 * The seed that they have where none is given is none of those of power.ts; another gives jets that no training has seen.
 */
import { UsageError } from '../src/errors.js';
import { openTableWriter } from '../src/files/table-writer.js';
import { makeReferenceJets } from '../test/reference-detector.js';

const SEED = '77000000';

export async function main([path, count = '200000', seed = SEED]: string[]): Promise<void> {
  if (!path) throw new UsageError('power-jets FILE.parquet [JETS] [SEED]');
  const { columns } = makeReferenceJets(Number(count), Number(seed));
  const names = Object.keys(columns);
  const writer = await openTableWriter(
    path,
    'parquet',
    names.map((name) => ({ name, type: 'float32' as const })),
    {},
  );
  await writer.write(columns as Record<string, Float32Array>);
  await writer.close();
}
