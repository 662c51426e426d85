/** The library's door: for anything that a caller without types hands over, the error is one of ours and names the argument. */
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as library from '../src/index.js';
import { PROJECT_ROOT } from './project-root.js';
import { makeReferenceJets } from './reference-detector.js';
import { referenceCard } from './studies/reference-card.js';

type Call = (...values: unknown[]) => unknown;
const { study, readJets, loadBundle, bundleEngine, openEngine, writeReport, firstJets, splitJets } =
  library as unknown as Readonly<Record<string, Call>>;
const folder = join(PROJECT_ROOT, 'models', 'simulation');
const jets = join(PROJECT_ROOT, 'models', 'jets-sample.parquet');
const bundle = { source: 'nowhere', card: referenceCard('simulation') };
const table = makeReferenceJets(10, 1);
const withPt = (gen_pt: unknown) => ({ ...table, columns: { ...table.columns, gen_pt } });

test.each<[string, () => unknown, string]>([
  ['study of no bundle', () => study!(null, table), 'bundle takes a bundle of loadBundle, not null'],
  ['study of a folder', () => study!(folder, table), 'bundle takes a bundle of loadBundle, not /'],
  ['study of no jets', () => study!(bundle, null), 'jets takes a table of readJets, not null'],
  ['study of an empty object', () => study!(bundle, {}), 'jets takes a table of readJets, not Object'],
  ['study of a path', () => study!(bundle, jets), 'jets takes a table of readJets'],
  [
    'study of a column too short',
    () => study!(bundle, withPt(new Float32Array(9))),
    'column "gen_pt" is Float32Array of 9',
  ],
  ['study of a list', () => study!(bundle, withPt([1, 2])), 'column "gen_pt" is Array of 2'],
  [
    'study of a jet of -1 GeV',
    () => study!(bundle, withPt(new Float32Array(10).fill(-1))),
    'row 0, column "gen_pt": -1 (pt not above 0)',
  ],
  ...(
    [
      [null, 'options takes an object, not null'],
      [{ outputDir: 5 }, 'outputDir takes a path, not 5'],
      [{ outputDir: '' }, 'outputDir takes a path, not'],
      [{ samples: 1.5 }, 'samples takes a whole number'],
      [{ resume: 'yes' }, 'resume takes true or false, not yes'],
      [{ onProgress: 1 }, 'onProgress takes a function, not 1'],
      [{ signal: {} }, 'signal takes an AbortSignal, not Object'],
      [{ engine: 'ort' }, 'engine takes what bundleEngine gives, not ort'],
    ] as const
  ).map(([options, message]): [string, () => unknown, string] => [
    `study with ${JSON.stringify(options)}`,
    () => study!(bundle, table, options),
    message,
  ]),
  ['readJets of nothing', () => readJets!(), 'path takes a path, not undefined'],
  ['readJets with no options', () => readJets!(jets, null), 'options takes an object, not null'],
  ['readJets of a stage', () => readJets!(jets, { stages: ['truth'] }), 'there is no stage truth'],
  ['loadBundle of an object', () => loadBundle!({}), 'folder takes a path, not Object'],
  ['loadBundle with no options', () => loadBundle!(folder, null), 'options takes an object, not null'],
  ['bundleEngine of an object', () => bundleEngine!(bundle), 'folder takes a path, not Object'],
  ['bundleEngine of no engine', () => bundleEngine!(folder, 'fast'), 'there is no engine fast'],
  ['openEngine of a folder', () => openEngine!(folder, 'ort'), 'bundle takes a bundle of loadBundle'],
  ['openEngine of auto', () => openEngine!(bundle, 'auto'), 'there is no engine auto'],
  ['writeReport of nothing', () => writeReport!({}, folder), 'report takes a report of study, not Object'],
  ['writeReport into no folder', () => writeReport!({ variables: {} }), 'folder takes a path, not undefined'],
  ['firstJets of a number', () => firstJets!(5, 1), 'jets takes a table of readJets, not 5'],
  ['firstJets of NaN', () => firstJets!(table, Number.NaN), 'limit takes a number from 1 on, not NaN'],
  ['splitJets of no part', () => splitJets!(table, bundle.card), 'there is no part undefined'],
])('%s is refused', async (_, call, message) => {
  await expect((async () => await call())()).rejects.toMatchObject({
    code: expect.stringMatching(/^(USAGE|INPUT)$/),
    message: expect.stringContaining(message),
  });
});
