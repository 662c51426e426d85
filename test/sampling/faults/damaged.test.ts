/** An output folder in which bytes were flipped, cut or lost between a run and its --resume. */
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { JetIqnError } from '../../../src/errors.js';
import { predictionContents } from '../../../src/sampling/prediction-files.js';
import { runSample } from '../../../src/sampling/run-sample.js';
import { runStudyPass } from '../../../src/sampling/run-study-pass.js';
import { closedFormEngine, SOME_EDGES, someJets } from '../closed-form-engine.js';
import type { ClosedFormOptions } from '../closed-form-session.js';
import { totalsBytes } from '../totals-bytes.js';
import { bytesOf, testFolder } from './fault-runs.js';

const at = testFolder();

interface Run {
  readonly name: string;
  readonly resume?: boolean;
  readonly engine?: ClosedFormOptions;
}
const common = ({ name, resume = false, engine }: Run) => ({
  engine: { ...closedFormEngine(engine), task: 'simulation' as const },
  seed: 3,
  threads: 1,
  outputDir: at(name),
  resume,
});

/** Two blocks each, of which the second is small; the result beyond the files of the folder. */
const RUNS = {
  async study(run: Run) {
    const options = {
      ...common(run),
      table: someJets(900),
      task: 'simulation',
      samples: 300,
      edges: SOME_EDGES,
    };
    const { totals } = await runStudyPass(options as Parameters<typeof runStudyPass>[0]);
    return totalsBytes(totals!).toString('base64');
  },
  async sample(run: Run) {
    const contents = predictionContents({ columns: ['pt'] });
    await runSample({ ...common(run), table: someJets(14), samples: 20_000, contents });
    return '';
  },
};
/** pt of a jet in the second block. */
const SECOND_BLOCK = { study: 20.25 + 880 / 4, sample: 20.25 + 13 / 4 };

const flip = (share: number) => (bytes: Buffer) => {
  const changed = Buffer.from(bytes);
  changed[Math.floor(share * bytes.length)] ^= 1;
  return changed;
};
const NESTED = '['.repeat(200_000) + ']'.repeat(200_000);
const CHANGES: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ...[0, 0.5].map((share) => [`a bit flipped at ${share}`, flip(share)] as const),
  ['cut', (bytes) => bytes.subarray(0, bytes.length >> 1)],
  ['null', () => Buffer.from('null')],
  [
    'brackets in its JSON',
    (bytes) => Buffer.from(bytes.toString('latin1').replace('{', `{"x":${NESTED},`), 'latin1'),
  ],
];

describe.each(['study', 'sample'] as const)('a %s', (kind) => {
  test('is resumed to the same bytes, or refused in a line that names the folder', async () => {
    const run = RUNS[kind];
    const whole = await run({ name: 'whole' });
    const fault = { at: SECOND_BLOCK[kind], kind: 'throw' } as const;
    await expect(run({ name: 'broken', engine: { fault } })).rejects.toThrow('--resume');
    const files = readdirSync(at('broken'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(at('broken'), name)).isFile(),
    );
    expect(files).toHaveLength(kind === 'study' ? 2 : 3);
    for (const file of files)
      for (const [change, changed] of CHANGES) {
        const told = `${file}: ${change}`;
        cpSync(at('broken'), at('damaged'), { recursive: true });
        writeFileSync(join(at('damaged'), file), changed(readFileSync(join(at('broken'), file))));
        const result = await run({ name: 'damaged', resume: true }).catch((error) => error);
        if (result instanceof JetIqnError) {
          expect({ told, of: file.endsWith('job.json') }).toEqual({ told, of: true });
          expect(result.exitCode).toBe(2);
          expect(result.message).toMatch(/cannot resume, this run differs in|job\.json: is damaged/);
        } else {
          expect({ told, result, bytes: bytesOf(at('damaged')) }).toEqual({
            told,
            result: whole,
            bytes: bytesOf(at('whole')),
          });
        }
        rmSync(at('damaged'), { recursive: true });
      }
  });
});

test('a finished sample whose manifest is damaged is not taken for a whole one', async () => {
  await RUNS.sample({ name: 'whole' });
  const before = bytesOf(at('whole'));
  const path = join(at('whole'), '_manifest.json');
  const text = readFileSync(path, 'utf8');
  // One more row than there are: no sha256 tells.
  writeFileSync(path, text.replace('"rows": 240000', '"rows": 240001'));
  await RUNS.sample({ name: 'whole', resume: true });
  expect(bytesOf(at('whole'))).toEqual(before);
  writeFileSync(path, text.replace('"files": [', '"files": [null,'));
  await expect(RUNS.sample({ name: 'whole', resume: true })).rejects.toThrow(
    /manifest\.json: is damaged or altered \(files\.0/,
  );
  writeFileSync(path, text.replace('"job": {', `"job": { "x": ${NESTED},`));
  await expect(RUNS.sample({ name: 'whole', resume: true })).rejects.toThrow(
    /manifest\.json: is damaged or altered \(nested deeper than 32 levels\)/,
  );
});
