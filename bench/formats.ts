/** Reading jets tables: ours, and the JavaScript library beside it; and writing predictions. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { readJets } from '../src/files/read-jets.js';
import { TABLE_FORMATS, type TableFormat } from '../src/files/table-formats.js';
import { openTableWriter } from '../src/files/table-writer.js';
import type { JetsTable } from '../src/jets/table.js';
import { makeReferenceJets } from '../test/reference-detector.js';
import type { Bench, Contestant } from './harness.js';

/** Jets to read; the reference detector makes some and they are repeated, with other last bits. */
const JETS = 1_000_000;
const MADE = 50_000;

export const bench: readonly Bench[] = [
  {
    name: 'read-parquet',
    title: 'Reading a jets table from Parquet (zstd, byte streams), 12 columns, one core',
    unit: 'jets',
    reference: 'hyparquet',
    prepare: ({ quick }) =>
      prepared(quick, 'parquet', (path, jets) => [
        {
          name: 'hyparquet',
          work: jets,
          run: () => valuesOfHyparquet(path),
          check: (values) => assert.equal(values, 12 * jets),
        },
        // It reads with hyparquet, and checks pages and jets and hashes the file too.
        ours(path, jets),
      ]),
  },
  {
    name: 'read-csv',
    title: 'Reading a jets table from CSV, 12 columns, one core',
    unit: 'jets',
    reference: 'csv-parse',
    prepare: ({ quick }) =>
      prepared(quick, 'csv', (path, jets) => [
        {
          name: 'csv-parse',
          work: jets / 20,
          // A twentieth: the library takes a minute for all.
          run: () => parse(readFileSync(path), { columns: true, cast: Number, to: jets / 20 }).length,
          check: (rows) => assert.equal(rows, jets / 20),
        },
        { ...ours(path, jets), atLeast: 1 },
      ]),
  },
  ...TABLE_FORMATS.filter((format) => format !== 'csv').map(writeBench),
];

/** A file of jets in a folder of its own, and who reads it. */
async function prepared(
  quick: boolean,
  format: TableFormat,
  contestants: (path: string, jets: number) => Contestant[],
) {
  const folder = await mkdtemp(join(tmpdir(), 'jet-iqn-bench-'));
  const jets = quick ? MADE : JETS;
  const path = join(folder, `jets.${format}`);
  await writeJets(path, format, jets);
  return { contestants: contestants(path, jets), close: () => rm(folder, { recursive: true }) };
}

async function writeJets(path: string, format: TableFormat, jets: number): Promise<void> {
  const made = makeReferenceJets(MADE, 1).columns as Record<string, Float32Array>;
  const schema = Object.keys(made).map((name) => ({ name, type: 'float32' as const }));
  const writer = await openTableWriter(path, format, schema, {});
  for (let done = 0, round = 0; done < jets; done += MADE, round++) {
    const varied = Object.entries(made).map(([name, column]) => [
      name,
      name.endsWith('_phi') ? column : column.map((value) => value * (1 + round * 1e-6)),
    ]);
    await writer.write(Object.fromEntries(varied));
  }
  await writer.close();
}

function ours(path: string, jets: number): Contestant {
  return {
    name: 'jet-iqn',
    work: jets,
    run: () => readJets(path),
    check: (table) => assert.equal((table as JetsTable).rows, jets),
  };
}

async function valuesOfHyparquet(path: string): Promise<number> {
  let values = 0;
  await parquetRead({
    file: await asyncBufferFromFile(path),
    compressors,
    onPage: ({ columnData }) => {
      values += columnData.length;
    },
  });
  return values;
}

/** Predictions as `sample` writes them, a million rows a call. */
function writeBench(format: TableFormat): Bench {
  return {
    name: `write-${format}`,
    title: `Writing predictions as ${format}: jet_index, sample_index, pt, eta, phi, mass`,
    unit: 'rows',
    reference: 'encode alone',
    async prepare({ quick }) {
      const folder = await mkdtemp(join(tmpdir(), 'jet-iqn-bench-'));
      const rows = quick ? 50_000 : 1_000_000;
      const made = makeReferenceJets(MADE, 2).columns as Record<string, Float32Array>;
      const float = (name: string) =>
        Float32Array.from({ length: rows }, (_, row) => made[name]![row % MADE]!);
      const columns = {
        jet_index: Uint32Array.from({ length: rows }, (_, row) => Math.floor(row / 1000)),
        sample_index: Uint16Array.from({ length: rows }, (_, row) => row % 1000),
        pt: float('reco_pt'),
        eta: float('reco_eta'),
        phi: float('reco_phi'),
        mass: float('reco_mass'),
      };
      const schema = [
        { name: 'jet_index', type: 'uint32' as const },
        { name: 'sample_index', type: 'uint16' as const },
        ...['pt', 'eta', 'phi', 'mass'].map((name) => ({ name, type: 'float32' as const })),
      ];
      const path = join(folder, 'predictions');
      const first = await openTableWriter(path, format, schema, {});
      const { encoding } = first;
      await first.discard();
      return {
        contestants: [
          {
            name: 'encode alone',
            work: rows,
            run: () => encoding.encode(columns),
            check: (encoded) => assert.equal((encoded as { rows: number }).rows, rows),
          },
          {
            name: 'to disk',
            work: rows,
            async run() {
              const writer = await openTableWriter(path, format, schema, {});
              await writer.write(columns);
              return await writer.close();
            },
            check: (written) => assert.equal((written as { rows: number }).rows, rows),
          },
        ],
        close: () => rm(folder, { recursive: true }),
      };
    },
  };
}
