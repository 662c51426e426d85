/** Random numbers that follow the jet and not its row: whatever becomes of a file, a jet's predictions are the same. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { File, ready } from 'h5wasm/node';
import { readJets } from '../../src/files/read-jets.js';
import { EVENT_KEYS } from '../../src/jets/columns.js';
import { fileOf } from '../files/files.js';
import { makeReferenceJets } from '../reference-detector.js';
import { makeTinyBundle } from '../tiny-bundle.js';
import { withoutPictures } from '../without-pictures.js';
import { printedBy, runLine } from './run-cli.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-event-keys-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string) => join(root, name);
const bundle = at('bundle');

const EVENTS = 200;
const JETS_AN_EVENT = 3;
const KEYS = [...EVENT_KEYS, 'genJetIdx'];
/** Beyond what a double holds, and beyond 63 bits, in no order. */
const eventOf = (event: number) => 2n ** 64n - 1n - BigInt((event * 7919) % EVENTS);

let header: string;
/** A line a jet. */
let jets: string[];

beforeAll(async () => {
  await makeTinyBundle(bundle, { task: 'simulation' });
  const { columns } = makeReferenceJets(EVENTS * JETS_AN_EVENT, 3);
  const names = Object.keys(columns);
  header = [...names, ...KEYS].join(',');
  jets = Array.from({ length: EVENTS * JETS_AN_EVENT }, (_, row) => {
    const event = Math.floor(row / JETS_AN_EVENT);
    const values = names.map((name) => columns[name]![row]);
    return [...values, 362_000 + (event % 2), event % 7, eventOf(event), row % JETS_AN_EVENT].join(',');
  });
  writeJets('whole.csv', jets);
});

function writeJets(name: string, lines: readonly string[], names = header): string {
  writeFileSync(at(name), `${[names, ...lines].join('\n')}\n`);
  return at(name);
}

/** What is predicted of each jet, a line each without the row of its input: key, then values. */
async function sampled(jetsFile: string, options = '--samples 3'): Promise<string[]> {
  const output = mkdtempSync(at('out-'));
  await printedBy(`sample ${bundle} ${jetsFile} -o ${output} --format csv --threads 2 --quiet ${options}`);
  return predictionsIn(output);
}

function predictionsIn(output: string): string[] {
  const files = readdirSync(output).filter((name) => name.endsWith('.csv'));
  return files
    .sort()
    .flatMap((name) => readFileSync(join(output, name), 'utf8').trim().split('\n').slice(1))
    .map((line) => line.slice(line.indexOf(',') + 1));
}

const sorted = (lines: readonly string[]) => [...lines].sort();

const shuffled = () => jets.map((_, row) => jets[(row * 7919 + 13) % jets.length]!);

test('shuffled, skimmed and cut in three: the same jets', async () => {
  const whole = await sampled(at('whole.csv'));
  expect(whole).toHaveLength(3 * jets.length);
  expect(sorted(await sampled(writeJets('shuffled.csv', shuffled())))).toEqual(sorted(whole));
  const skim = jets.filter((_, row) => Math.floor(row / JETS_AN_EVENT) % 3 === 1);
  const some = await sampled(writeJets('skim.csv', skim));
  expect(some).toHaveLength(3 * skim.length);
  expect(whole).toEqual(expect.arrayContaining(some));
  const cuts = [jets.slice(0, 100), jets.slice(100, 101), jets.slice(101)];
  const parts: string[] = [];
  for (const cut of cuts) parts.push(...(await sampled(writeJets('part.csv', cut))));
  expect(parts).toEqual(whole);
  // By the row they are others, but for the first part.
  const byRow = await sampled(at('whole.csv'), '--samples 3 --key none');
  expect(byRow.filter((line, row) => line === whole[row])).toEqual([]);
  const first = await sampled(writeJets('part.csv', jets.slice(0, 9)), '--samples 3 --key none');
  expect(first).toEqual(byRow.slice(0, 27));
});

test.each(['wasm', 'ort'])('shuffled: the same jets by engine %s', async (engine) => {
  const options = `--samples 3 --engine ${engine}`;
  const whole = await sampled(at('whole.csv'), options);
  expect(sorted(await sampled(writeJets('shuffled.csv', shuffled()), options))).toEqual(sorted(whole));
});

test('predict and fold take the same numbers', async () => {
  const shuffled = writeJets('turned.csv', [...jets].reverse());
  const rows: string[][] = [];
  for (const file of [at('whole.csv'), shuffled]) {
    await printedBy(
      `predict ${bundle} ${file} -o ${at('predicted.csv')} --quantile 0.2 0.5 --samples 20 --quiet`,
    );
    const lines = readFileSync(at('predicted.csv'), 'utf8').trim().split('\n').slice(1);
    rows.push(lines.map((line) => line.slice(line.indexOf(',') + 1)));
  }
  expect(rows[1]!.reverse()).toEqual(rows[0]);
  const folded: number[][] = [];
  for (const file of [at('whole.csv'), shuffled]) {
    await printedBy(`fold ${bundle} ${file} -o ${at('folded.csv')} --samples 5 --quiet`);
    folded.push(
      readFileSync(at('folded.csv'), 'utf8')
        .match(/\d+\.?\d*(e[-+]?\d+)?/g)!
        .map(Number),
    );
  }
  // Sums in another order.
  for (const [i, value] of folded[0]!.entries()) expect(folded[1]![i]).toBeCloseTo(value, 8);
});

describe('event numbers of 64 bits are exact', () => {
  test.each(['parquet', 'arrow', 'npy'])('in %s', async (format) => {
    await printedBy(`convert ${at('whole.csv')} -o ${at(`whole.${format}`)} --quiet`);
    expect(await sampled(at(`whole.${format}`))).toEqual(await sampled(at('whole.csv')));
  });

  test('in HDF5', async () => {
    const { columns, kept } = await readJets(at('whole.csv'), { keys: true });
    await ready;
    const file = new File(at('whole.h5'), 'w');
    for (const [name, data] of Object.entries({ ...columns, ...kept }))
      file.create_dataset({ name, data: data! });
    file.close();
    expect(await sampled(at('whole.h5'))).toEqual(await sampled(at('whole.csv')));
  });

  test('in NanoAOD, of which a jets table has the pairs', async () => {
    await printedBy(`convert ${fileOf('nanoaod-v9.root')} -o ${at('nano.parquet')} --quiet`);
    const pairs = await sampled(at('nano.parquet'));
    expect(pairs.length).toBeGreaterThan(30);
    expect(await sampled(fileOf('nanoaod-v9.root'))).toEqual(expect.arrayContaining(pairs));
  });
});

test('threads, shards, an interrupted run and merge: the same bytes; another key is refused', async () => {
  const run = (output: string, more = '') =>
    runLine(
      `sample ${bundle} ${at('whole.csv')} -o ${at(output)} --samples 1000 --quantiles 0.5 --threads 2 --quiet ${more}`,
    );
  const bytes = (output: string) =>
    readdirSync(at(output))
      .filter((name) => name.startsWith('predictions-'))
      .map((name) => readFileSync(join(at(output), name)).toString('latin1'));
  expect(await run('one', '--threads 1')).toMatchObject({ code: 0 });
  expect(bytes('one').length).toBeGreaterThan(2);
  for (const shard of [0, 1])
    expect(await run(`part-${shard}`, `--shard ${shard}/2`)).toMatchObject({ code: 0 });
  await printedBy(`merge ${at('part-0')} ${at('part-1')} -o ${at('merged')} --quiet`);
  expect(bytes('merged')).toEqual(bytes('one'));
  rmSync(join(at('one'), 'predictions-000001.parquet'));
  expect(await run('one', '--resume')).toMatchObject({ code: 0 });
  expect(bytes('one')).toEqual(bytes('merged'));

  const { job } = JSON.parse(readFileSync(join(at('merged'), '_manifest.json'), 'utf8'));
  expect(job.input.key).toBe(KEYS.join(' '));
  expect(await run('other', '--shard 1/2 --key none')).toMatchObject({ code: 0 });
  const differs = /key of the random numbers \(run luminosityBlock event genJetIdx, now row\)/;
  const merged = await runLine(`merge ${at('part-0')} ${at('other')} -o ${at('mixed')} --quiet`);
  expect(merged).toMatchObject({ code: 2, stderr: expect.stringMatching(differs) });
  const resumed = await run('one', '--resume --key none');
  expect(resumed).toMatchObject({ code: 2, stderr: expect.stringMatching(differs) });
});

describe('a study', () => {
  afterAll(withoutPictures);
  test('says its key, and is merged by the one that its shards had', async () => {
    for (const [key, said] of [
      ['', KEYS.join(' ')],
      ['--key none', 'row'],
      ['--key event genJetIdx', 'event genJetIdx'],
    ]) {
      const shard = mkdtempSync(at('shard-'));
      await printedBy(
        `study ${bundle} ${at('whole.csv')} -o ${shard} --shard 0/1 --limit 30 --samples 20 --threads 1 --quiet ${key}`.trim(),
      );
      const output = join(shard, 'whole');
      await printedBy(`merge ${shard} -o ${output} --quiet`);
      const { input } = JSON.parse(readFileSync(join(output, 'report.json'), 'utf8'));
      expect(input.key).toBe(said);
    }
  });
});

test('jets with the key of another one are counted and said', async () => {
  const twice = writeJets('twice.csv', [...jets.slice(0, 10), ...jets.slice(4, 8)]);
  const output = mkdtempSync(at('twice-'));
  const { code, stdout, stderr } = await runLine(
    `sample ${bundle} ${twice} -o ${output} --format csv --samples 2 --json`,
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ key: KEYS.join(' '), repeated: 4 });
  expect(stderr).toContain(`4 jets have the ${KEYS.join(' ')} of another one, and so its random numbers`);
  const made = predictionsIn(output);
  expect(made.slice(20)).toEqual(made.slice(8, 16));
});

test('other names, and a table without run and luminosityBlock', async () => {
  const whole = await sampled(at('whole.csv'));
  // Columns that are no keys by their names are not written along.
  const values = (lines: readonly string[]) => lines.map((line) => line.split(',').slice(-5).join(','));
  const renamed = writeJets('renamed.csv', jets, header.replace(KEYS.join(','), 'r,ls,evt,i'));
  expect(values(await sampled(renamed, '--samples 3 --key r ls evt i'))).toEqual(values(whole));
  const zero = jets.map((line) => {
    const fields = line.split(',');
    return [...fields.slice(0, -4), 0, 0, ...fields.slice(-2)].join(',');
  });
  expect(values(await sampled(at('whole.csv'), '--samples 3 --key event genJetIdx'))).toEqual(
    values(await sampled(writeJets('zero.csv', zero))),
  );
});

const changed = (place: number, value: string) => {
  const fields = jets[1]!.split(',');
  return [jets[0]!, fields.with(fields.length - 4 + place, value).join(',')];
};

test.each<[string, () => string, RegExp]>([
  [
    'a negative run',
    () => writeJets('bad.csv', changed(0, '-1')),
    /row 1: run is -1 \(negative\).*--key none/,
  ],
  [
    'an index beyond 32 bits',
    () => writeJets('bad.csv', changed(3, '4294967296')),
    /row 1: genJetIdx is 4294967296 \(beyond 32 bits\)/,
  ],
  [
    'half an event',
    () => writeJets('bad.csv', [changed(2, '1')[1]!, changed(2, '1.5')[1]!]),
    /row 1: event is 1.5 \(no whole number\)/,
  ],
  ['--key of one column', () => `${at('whole.csv')} --key event`, /--key takes none, or the columns/],
  [
    '--key of no column',
    () => `${at('whole.csv')} --key event nothing`,
    /has no column of numbers named nothing/,
  ],
])('%s is refused in one line', async (_, arguments_, message) => {
  const { code, stderr } = await runLine(`sample ${bundle} ${arguments_()} -o ${at('refused')} --quiet`);
  expect(code).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(message);
});

test('events without the index of the jets: the row, with a word', async () => {
  const file = writeJets('no-index.csv', jets, header.replace('genJetIdx', 'place'));
  const { code, stdout, stderr } = await runLine(
    `sample ${bundle} ${file} -o ${at('no-index')} --samples 2 --json`,
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ key: 'row', repeated: 0 });
  expect(stderr).toMatch(
    /has run, luminosityBlock, event and no genJetIdx: random numbers follow the row; --key/,
  );
});
