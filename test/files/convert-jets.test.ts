import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Converted, type ConvertOptions, convertJets, totalOf } from '../../src/files/convert-jets.js';
import { expandInputs } from '../../src/files/expand-inputs.js';
import { openTable } from '../../src/files/open-table.js';
import { readJets } from '../../src/files/read-jets.js';
import { openSource } from '../../src/files/source-node.js';
import { EVENTS, fileOf, JETS } from './files.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const parquet = { format: 'parquet' } as const;

/** jets = kept + all dropped, for every input. */
function expectSums(accounts: Converted['accounts']): void {
  for (const { jets, kept, dropped } of accounts) {
    expect(kept + Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(jets);
  }
}

test('files of several versions and formats become one table, every jet accounted for', async () => {
  const inputs = ['nanoaod-v5.root', 'nanoaod-v15.root', 'jet-ntuple.root', 'jets.csv'].map(fileOf);
  const output = join(folder, 'all.parquet');
  const { accounts } = await convertJets(inputs, output, parquet);
  expectSums(accounts);
  const matched = EVENTS.jets - EVENTS.unmatched - EVENTS.beyond;
  expect(accounts.map(({ kept }) => kept)).toEqual([matched, matched, matched, 50]);
  expect(totalOf(accounts)).toEqual({
    jets: 3 * EVENTS.jets + 50,
    kept: 3 * matched + 50,
    dropped: {
      'no gen jet matched': 3 * EVENTS.unmatched + EVENTS.beyond,
      'matched gen jet not stored in the file': 2 * EVENTS.beyond,
    },
    gensWithoutJet: 2 * EVENTS.gensWithoutJet,
  });
  const table = await readJets(output);
  expect([...table.columns.gen_pt!]).toEqual([
    ...EVENTS.matched.gen_pt!,
    ...EVENTS.matched.gen_pt!,
    ...EVENTS.matched.gen_pt!,
    ...JETS.gen_pt!,
  ]);
});

test('a file of no events among others is a warning, with branches that say nothing of jets', async () => {
  const inputs = ['nano-no-events-no-jets.root', 'nano-good.root'].map(fileOf);
  const warnings: string[] = [];
  const onWarning = (warning: string) => warnings.push(warning);
  const { accounts } = await convertJets(inputs, join(folder, 'among.parquet'), { ...parquet, onWarning });
  expect(accounts.map(({ kept }) => kept)).toEqual([0, 12]);
  expect(warnings).toEqual([expect.stringContaining('has no jets (0 rows)')]);
});

test('cuts drop what plain comparisons drop', async () => {
  const { accounts } = await convertJets([fileOf('jets.csv')], join(folder, 'cut.parquet'), {
    ...parquet,
    minPt: 40,
    minGenPt: 30,
    maxAbsEta: 2,
  });
  expectSums(accounts);
  const kept = JETS.gen_pt!.filter(
    (genPt, jet) => JETS.reco_pt![jet]! >= 40 && genPt >= 30 && Math.abs(JETS.reco_eta![jet]!) <= 2,
  );
  const table = await readJets(join(folder, 'cut.parquet'));
  expect([...table.columns.gen_pt!]).toEqual(kept);
  expect(accounts[0]!.dropped['reco pt below 40']).toBe(JETS.reco_pt!.filter((pt) => pt < 40).length);
});

test('event numbers pass through whole, also where versions store other integers', async () => {
  const output = join(folder, 'keys.arrow');
  await convertJets([fileOf('nanoaod-v5.root'), fileOf('nanoaod-v12.root')], output, {
    format: 'arrow',
    extra: ['run', 'event', 'jet', 'jetId', 'flavour'],
  });
  const source = await openSource(output);
  const table = await openTable(source);
  const events: bigint[] = [];
  const ids: number[] = [];
  for await (const batch of table.batches(['event', 'jetId'])) {
    expect(batch.columns.event).toBeInstanceOf(BigUint64Array);
    events.push(...(batch.columns.event as BigUint64Array));
    ids.push(...(batch.columns.jetId as Int32Array));
  }
  await source.close();
  expect(events.map(String)).toEqual([...EVENTS.matched.event, ...EVENTS.matched.event]);
  expect(ids).toEqual([...EVENTS.matched.jetId!, ...EVENTS.matched.jetId!]);
});

test('a limit counts kept jets over all inputs', async () => {
  const output = join(folder, 'limit.parquet');
  const inputs = [fileOf('nanoaod-v5.root'), fileOf('jets.csv')];
  const { accounts } = await convertJets(inputs, output, { ...parquet, limit: 45 });
  expectSums(accounts);
  expect((await readJets(output)).rows).toBe(45);
});

test.each<[string, string[], Partial<ConvertOptions>, RegExp]>([
  ['no jet is left', ['nanoaod-v5.root'], { minPt: 1e6 }, /no jet is left of 61, .* reco pt below 1000000, /],
  [
    'a second input is damaged',
    ['jets.csv', 'damaged/endless-run.parquet'],
    {},
    /endless-run.parquet: damaged/,
  ],
  ['standard input is named twice', ['-', '-'], {}, /can be read once/],
  ['a cut does not apply to CSV', ['jets.csv'], { jetId: 'tight' }, /--jet-id/],
  ['a cut does not apply to Parquet', ['jets-zstd.parquet'], { collection: 'FatJet' }, /--collection/],
  ['a cut does not apply to JetNTuple', ['jet-ntuple.root'], { jetId: 'tight' }, /--jet-id/],
  ['a cut does not apply to Delphes', ['delphes.root'], { jetId: 'tight' }, /--jet-id/],
])('where %s nothing is written', async (_, names, options, message) => {
  const inputs = names.map((name) => (name === '-' ? name : fileOf(name)));
  const converting = convertJets(inputs, join(folder, 'none.parquet'), { ...parquet, ...options });
  await expect(converting).rejects.toThrow(message);
  expect(readdirSync(folder).filter((name) => name.includes('none'))).toEqual([]);
});

test('patterns are expanded in order of names; one that finds nothing is an error', async () => {
  expect(await expandInputs([fileOf('nanoaod-v?.root')])).toEqual(
    ['v5', 'v7', 'v9'].map((v) => fileOf(`nanoaod-${v}.root`)),
  );
  expect(await expandInputs(['a.root', '-'])).toEqual(['a.root', '-']);
  await expect(expandInputs(['nowhere*.root'])).rejects.toThrow('no file matches nowhere*.root');
});

test('an output is no input, under any name, and no -', async () => {
  await expect(convertJets([fileOf('jets.csv')], '-', parquet)).rejects.toThrow(
    /a table is written to a file/,
  );
  const [input, link] = [join(folder, 'mine.csv'), join(folder, 'link.csv')];
  copyFileSync(fileOf('jets.csv'), input);
  symlinkSync(input, link);
  for (const output of [input, link, join(folder, '..', basename(folder), 'mine.csv')]) {
    await expect(convertJets([fileOf('jets.csv'), input], output, { format: 'csv' })).rejects.toThrow(
      /is an input as well; give the output another name/,
    );
  }
  expect(readFileSync(input)).toEqual(readFileSync(fileOf('jets.csv')));
});

test('a file that is named twice counts twice, which is said', async () => {
  const warnings: string[] = [];
  const input = fileOf('jets.csv');
  const {
    accounts: [first, second],
  } = await convertJets([input, input], join(folder, 'twice.parquet'), {
    ...parquet,
    onWarning: (message) => warnings.push(message),
  });
  expect([first!.kept, second!.kept]).toEqual([50, 50]);
  expect(warnings).toEqual([`${input}: is named more than once, and so are its jets in the table`]);
});
