/**
 * Jets of the reference detector as a file, to train the small network of the power study on.
 *
 *     npm run power-jets -- FILE.parquet [JETS]
 *
 * Their seed is none of those of power.ts.
 */
import { openTableWriter } from '../src/formats/table-writer.js';
import { makeReferenceJets } from '../test/reference-detector.js';

const SEED = 77_000_000;

const [path, count = '200000'] = process.argv.slice(2);
if (!path) throw new Error('usage: npm run power-jets -- FILE.parquet [JETS]');
const { columns } = makeReferenceJets(Number(count), SEED);
const names = Object.keys(columns);
const writer = await openTableWriter(
  path,
  'parquet',
  names.map((name) => ({ name, type: 'float32' as const })),
  {},
);
await writer.write(columns as Record<string, Float32Array>);
await writer.close();
