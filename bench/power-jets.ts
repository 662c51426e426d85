/**
 * Jets of the reference detector as a file, to train the small network of the power study on.
 *
 *     npm run power-jets -- FILE.parquet [JETS] [SEED]
 *
 * The seed that they have where none is given is none of those of power.ts; another gives jets that no training has seen.
 */
import { openTableWriter } from '../src/files/table-writer.js';
import { makeReferenceJets } from '../test/reference-detector.js';

const SEED = '77000000';

const [path, count = '200000', seed = SEED] = process.argv.slice(2);
if (!path) throw new Error('usage: npm run power-jets -- FILE.parquet [JETS] [SEED]');
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
