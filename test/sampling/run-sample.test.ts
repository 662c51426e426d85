import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Table, tableFromIPC } from 'apache-arrow';
import { readParquet } from 'parquet-wasm';
import { VARIABLES } from '../../src/jets/columns.js';
import { predictionContents } from '../../src/sampling/prediction-files.js';
import { runSample, type SampleRunOptions } from '../../src/sampling/run-sample.js';
import { quantiles } from '../../src/stats/quantile.js';
import { fillTau } from '../../src/stats/tau.js';
import { version } from '../../src/version.js';
import { closedFormEngine, someJets } from './closed-form-engine.js';
import { closedFormSession } from './closed-form-session.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-sample-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function options(name: string, more: Partial<SampleRunOptions> = {}): SampleRunOptions {
  return {
    engine: { ...closedFormEngine(), task: 'simulation' },
    table: someJets(40),
    samples: 20_000,
    seed: 5,
    threads: 2,
    outputDir: join(folder, name),
    contents: predictionContents({}),
    ...more,
  };
}

/** A file as an independent reader sees it. */
async function tableOf(path: string): Promise<Table> {
  const bytes = readFileSync(path);
  if (path.endsWith('.arrow')) return tableFromIPC(bytes);
  return tableFromIPC(readParquet(new Uint8Array(bytes)).intoIPCStream());
}

/** All columns of the files of a folder, one after the other. */
async function columnsOf(name: string, columnNames: readonly string[]): Promise<Record<string, number[]>> {
  const columns: Record<string, number[]> = Object.fromEntries(columnNames.map((column) => [column, []]));
  for (const file of filesOf(name)) {
    const table = await tableOf(join(folder, name, file));
    for (const column of columnNames)
      for (const value of table.getChild(column)!) columns[column].push(Number(value));
  }
  return columns;
}

const filesOf = (name: string) =>
  readdirSync(join(folder, name)).filter((file) => file.startsWith('predictions-'));

/** Every file of a folder with its bytes: what `cmp` would compare. */
const contentsOf = (name: string) =>
  Object.fromEntries(
    readdirSync(join(folder, name))
      .sort()
      .map((file) => [file, readFileSync(join(folder, name, file)).toString('latin1')]),
  );

/** The predictions of one jet, [4, samples]. */
async function predictionsOf(jet: number, samples: number): Promise<Float32Array> {
  const { columns } = someJets(40);
  const tau = new Float32Array(4 * samples);
  const predictions = new Float32Array(4 * samples);
  fillTau(tau, 5, jet, 1, 0, samples);
  const row = Float32Array.from(VARIABLES.map((variable) => columns[`gen_${variable}`]![jet]));
  await closedFormSession().predict(row, tau, predictions, 1, samples);
  return predictions;
}

describe('runSample', () => {
  test.each(['parquet', 'arrow'])(
    'writes every prediction as %s, in order of jet, then sample',
    async (format) => {
      const samples = 3;
      await runSample(options('all', { samples, contents: predictionContents({ format }) }));
      const { metadata } = (await tableOf(join(folder, 'all', filesOf('all')[0]))).schema;
      expect(Object.fromEntries(metadata)).toMatchObject({
        ...{ 'jet-iqn': version, bundle: 'a'.repeat(64), input: 'b'.repeat(64), seed: '5', samples: '3' },
        units: '{"pt":"GeV","phi":"rad","mass":"GeV"}',
      });
      const columns = await columnsOf('all', ['jet_index', 'sample_index', ...VARIABLES]);
      expect(columns.jet_index).toEqual(Array.from({ length: 120 }, (_, i) => Math.floor(i / 3)));
      expect(columns.sample_index).toEqual(Array.from({ length: 120 }, (_, i) => i % 3));
      for (const jet of [0, 21, 39]) {
        const expected = await predictionsOf(jet, samples);
        const rows = VARIABLES.flatMap((variable) => columns[variable].slice(jet * 3, jet * 3 + 3));
        expect(rows).toEqual([...expected]);
      }
    },
  );

  /** Keys of NanoAOD: integers of 64 bits do not go through a double. */
  const kept = () => ({
    run: Uint32Array.from({ length: 40 }, (_, i) => 362_000 + i),
    event: BigUint64Array.from({ length: 40 }, (_, i) => 2n ** 63n + BigInt(i)),
  });
  const keep = ['run', 'event'];

  test.each(['parquet', 'arrow'])('nests each jet’s predictions in lists, as %s', async (format) => {
    // More than one piece a file.
    const samples = 15_000;
    const columns = ['pt', 'phi'] as const;
    const contents = predictionContents({ format, nested: true, keep, columns: ['jet_index', ...columns] });
    await runSample(options('nested', { samples, table: { ...someJets(40), kept: kept() }, contents }));
    await runSample(options('flat', { samples, contents: predictionContents({ columns }) }));
    expect(filesOf('nested').length).toBe(filesOf('flat').length);
    const flat = await Promise.all(filesOf('flat').map((file) => tableOf(join(folder, 'flat', file))));
    const bytesOf = (values: Float32Array) =>
      Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    const expected = Object.fromEntries(
      columns.map((name) => [name, Buffer.concat(flat.map((t) => bytesOf(t.getChild(name)!.toArray())))]),
    );
    let jet = 0;
    for (const file of filesOf('nested')) {
      const table = await tableOf(join(folder, 'nested', file));
      expect(table.schema.names).toEqual(['jet_index', 'run', 'event', ...columns]);
      for (const row of table) {
        expect([row.jet_index, row.run, row.event]).toEqual([jet, kept().run[jet], kept().event[jet]]);
        for (const variable of columns) {
          const ofJet = expected[variable].subarray(jet * 4 * samples, (jet + 1) * 4 * samples);
          expect(bytesOf(row[variable].toArray()).equals(ofJet)).toBe(true);
        }
        jet++;
      }
    }
    expect(jet).toBe(40);
  });

  test('repeats the input’s own columns beside each prediction, in their own types', async () => {
    const contents = predictionContents({ keep });
    await runSample(options('kept', { samples: 3, table: { ...someJets(40), kept: kept() }, contents }));
    const table = await tableOf(join(folder, 'kept', filesOf('kept')[0]));
    expect(table.schema.names).toEqual(['jet_index', 'run', 'event', 'sample_index', ...VARIABLES]);
    expect([...table.getChild('event')!]).toEqual(
      [...kept().event].flatMap((event) => [event, event, event]),
    );
    expect([...table.getChild('run')!]).toEqual([...kept().run].flatMap((run) => [run, run, run]));
  });

  test('writes quantiles, one row a jet, phi across its seam', async () => {
    const ps = [0.16, 0.5, 0.84];
    await runSample(options('q', { samples: 101, contents: predictionContents({ quantiles: ps }) }));
    const columns = await columnsOf('q', ['jet_index', 'pt_q16', 'phi_q50', 'mass_q84']);
    expect(columns.jet_index).toEqual(Array.from({ length: 40 }, (_, i) => i));
    const { columns: jets } = someJets(40);
    for (const jet of [0, 1, 22, 39]) {
      const predictions = await predictionsOf(jet, 101);
      expect(columns.pt_q16[jet]).toBeCloseTo(quantiles(predictions.subarray(0, 101), ps)[0], 4);
      expect(columns.mass_q84[jet]).toBeCloseTo(quantiles(predictions.subarray(303, 404), ps)[2], 4);
      const origin = jets.gen_phi![jet];
      const turned = [...predictions.subarray(202, 303)].map((phi) => {
        const d = phi - origin;
        return d - 2 * Math.PI * Math.round(d / (2 * Math.PI));
      });
      const difference = columns.phi_q50[jet] - (origin + quantiles(turned, ps)[1]);
      expect(Math.abs(Math.sin(difference / 2))).toBeLessThan(1e-6);
      expect(Math.abs(columns.phi_q50[jet])).toBeLessThanOrEqual(Math.fround(Math.PI));
    }
  });

  test('makes the same bytes with one worker and with two, in files of bounded size', async () => {
    const { manifest } = await runSample(options('one', { threads: 1 }));
    await runSample(options('two'));
    expect(contentsOf('two')).toEqual(contentsOf('one'));
    expect(manifest.files.map(({ rows }) => rows)).toEqual([240_000, 240_000, 240_000, 80_000]);
    expect(manifest.range).toEqual({ blocks: { first: 0, end: 4, of: 4 }, jets: { first: 0, end: 40 } });
    expect(readdirSync(join(folder, 'one')).sort()).toEqual(['_manifest.json', ...filesOf('one')]);
  });

  test('goes on where files are damaged or missing, and does not touch a finished run', async () => {
    const contents = predictionContents({ columns: ['pt'] });
    await runSample(options('whole', { contents }));
    const whole = contentsOf('whole');
    await runSample(options('resumed', { contents }));
    rmSync(join(folder, 'resumed', 'predictions-000002.parquet'));
    truncateSync(join(folder, 'resumed', 'predictions-000003.parquet'), 1000);
    writeFileSync(
      join(folder, 'resumed', '.unfinished-0123abcd-9-77-4567cdef-predictions-000000.parquet'),
      'torn',
    );
    const { throughput } = await runSample(options('resumed', { resume: true, contents }));
    expect(throughput.predictions).toBe(240_000 + 80_000);
    expect(contentsOf('resumed')).toEqual(whole);
    expect((await runSample(options('resumed', { resume: true, contents }))).throughput.predictions).toBe(0);
    expect(contentsOf('resumed')).toEqual(whole);
  });

  test('refuses to resume another job, naming what differs', async () => {
    await runSample(options('job', { samples: 2 }));
    const again = (more: Partial<SampleRunOptions>) =>
      runSample(options('job', { samples: 2, resume: true, ...more }));
    await expect(again({ seed: 6, samples: 3 })).rejects.toThrow(
      'differs in seed (5, now 6), samples (2, now 3)',
    );
    await expect(again({ shard: { index: 0, count: 2 } })).rejects.toThrow('shard (none, now 0/2)');
  });
});
