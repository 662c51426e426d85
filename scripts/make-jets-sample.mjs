// Makes models/jets-sample.parquet, the jets of the first run: 20,000 jets at even distances in the test split of the
// table that the shipped models were trained on, number floor(i n / 20,000) of its n jets for i = 0 … 19,999.
// Usage: node scripts/make-jets-sample.mjs JETS.parquet (after npm run build).
import { fileURLToPath } from 'node:url';
import { readJets } from '../dist/src/files/read-jets.js';
import { openTableWriter } from '../dist/src/files/table-writer.js';
import { columnsOf, STAGES, UNITS } from '../dist/src/jets/columns.js';
import { hasEvents, SPLIT_SEED, splitByEvent, splitPart } from '../dist/src/jets/split.js';

const JETS = 20_000;

const [input] = process.argv.slice(2);
if (input === undefined) {
  console.error('Usage: node scripts/make-jets-sample.mjs JETS.parquet');
  process.exit(2);
}
const table = await readJets(input, { stages: STAGES, keys: true, optional: ['rho'] });
const partOf = hasEvents(table) ? splitByEvent(table, SPLIT_SEED) : (row) => splitPart(row);
const test = Uint32Array.from({ length: table.rows }, (_, row) => row).filter(
  (row) => partOf(row) === 'test',
);
const chosen = Uint32Array.from({ length: JETS }, (_, i) => test[Math.floor((i * test.length) / JETS)]);
// What a correction may read beside the jet, where the table has it.
const further = ['rho'].filter((name) => table.columns[name].every(Number.isFinite));
const names = [...STAGES.flatMap(columnsOf), ...further];
const schema = names.map((name) => {
  const unit = UNITS[name.split('_')[1]];
  return unit ? { name, type: 'float32', unit } : { name, type: 'float32' };
});
const metadata = {
  description:
    'Generated jets, not CMS data: Pythia 8, QCD 2 to 2 at 13 TeV, anti-kT R = 0.4, and a particle-level ' +
    'emulation of a CMS-like detector with pile-up 25. gen: particle level; raw: as measured; reco: after a ' +
    'correction of offset and response.',
  selection: `${JETS} jets at even distances in the test split (seed ${SPLIT_SEED}) of a table of ${table.rows} jets`,
  source_sha256: table.source.sha256,
};
const path = fileURLToPath(new URL('../models/jets-sample.parquet', import.meta.url));
const writer = await openTableWriter(path, 'parquet', schema, metadata);
await writer.write(
  Object.fromEntries(
    names.map((name) => [name, Float32Array.from(chosen, (jet) => table.columns[name][jet])]),
  ),
);
console.log(path, await writer.close());
