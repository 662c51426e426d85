/** Outputs: whole or not at all, beside others that write the same, and never in the place of what is not ours. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UNFINISHED_PREFIX, writeDurably } from '../../src/files/durable-file.js';
import { openTableWriter } from '../../src/files/table-writer.js';
import { runCli, runHere } from '../cli/run-cli.js';
import { PROJECT_ROOT } from '../project-root.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const BUNDLE = join(PROJECT_ROOT, 'models', 'simulation');
const SAMPLE = join(PROJECT_ROOT, 'models', 'jets-sample.parquet');
const GEN = 'gen_pt,gen_eta,gen_phi,gen_mass\n';
const JETS = `${GEN}${'100,0.5,1,12\n'.repeat(5)}`;

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-output-'));
  writeFileSync(at('jets.csv'), JETS);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('two runs with one output', () => {
  const schema = [{ name: 'x', type: 'float32' as const }];
  const write = async (value: number, rows: number) => {
    const writer = await openTableWriter(at('both.csv'), 'csv', schema, {});
    for (let row = 0; row < rows; row++) {
      await writer.write({ x: new Float32Array(1000).fill(value) });
      await new Promise(setImmediate);
    }
    await writer.close();
  };

  test('leave the whole file of one of them, in 20 pairs of writers', async () => {
    for (let pair = 0; pair < 20; pair++) {
      await Promise.all([write(1, 5 + pair), write(2, 24 - pair)]);
      const values = new Set(readFileSync(at('both.csv'), 'utf8').trim().split('\n').slice(1));
      expect([...values]).toEqual([expect.stringMatching(/^[12]$/)]);
    }
    expect(readdirSync(folder).sort()).toEqual(['both.csv', 'jets.csv']);
  });

  test('leave the whole file of one of them, two of predict', async () => {
    const predict = (output: string, seed: string) =>
      spawn(process.execPath, [
        MAIN,
        'predict',
        BUNDLE,
        SAMPLE,
        '--limit',
        '500',
        '-o',
        output,
        '--seed',
        seed,
        '--samples',
        '50',
        '--quiet',
        '--cdf',
      ]);
    const ended = [];
    for (const [output, seed] of [
      ['one.parquet', '1'],
      ['two.parquet', '2'],
      ['both.parquet', '1'],
      ['both.parquet', '2'],
    ] as const)
      ended.push(once(predict(at(output), seed), 'close'));
    for (const [code] of await Promise.all(ended)) expect(code).toBe(0);
    const [one, two, both] = ['one', 'two', 'both'].map((name) => readFileSync(at(`${name}.parquet`)));
    expect(both!.equals(one!) || both!.equals(two!)).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['both.parquet', 'jets.csv', 'one.parquet', 'two.parquet']);
  });
});

describe('an input stays as it is', () => {
  test.each(['jets.csv.tmp', '.unfinished-jets.csv'])('where it is called %s', async (name) => {
    writeFileSync(at(name), JETS);
    writeFileSync(at('jets.csv'), '');
    expect((await runHere('convert', at(name), '-o', at('jets.csv'), '--quiet')).code).toBe(0);
    expect(readFileSync(at(name), 'utf8')).toBe(JETS);
  });

  test.each<[string, () => void]>([
    ['by its own name', () => writeFileSync(at('out.csv'), JETS)],
    ['by a link to it', () => symlinkSync('jets.csv', at('out.csv'))],
    ['by another name of the same file', () => linkSync(at('jets.csv'), at('out.csv'))],
    ['by a path with dots', () => mkdirSync(at('out'))],
  ])('and is refused as the output of convert, predict and fold, %s', async (name, prepare) => {
    prepare();
    const output = name.includes('dots') ? at('out/../jets.csv') : at('out.csv');
    const input = name.includes('own') ? at('out.csv') : at('jets.csv');
    for (const command of [['convert'], ['predict', BUNDLE], ['fold', BUNDLE]]) {
      const { code, stderr } = await runHere(...command, input, '-o', output);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/is an input as well/) });
      expect(readFileSync(input, 'utf8')).toBe(JETS);
    }
  });

  test('of a bundle, and the file of --prior', async () => {
    const bundle = at('bundle');
    cpSync(BUNDLE, bundle, { recursive: true });
    const card = readFileSync(join(bundle, 'model.json'), 'utf8');
    const fold = await runHere('fold', bundle, at('jets.csv'), '-o', join(bundle, 'model.json'));
    expect(fold).toMatchObject({ code: 2, stderr: expect.stringMatching(/is a file of the bundle/) });
    expect(readFileSync(join(bundle, 'model.json'), 'utf8')).toBe(card);
    writeFileSync(at('prior.csv'), JETS);
    const predict = await runHere(
      'predict',
      BUNDLE,
      at('jets.csv'),
      '--prior',
      at('prior.csv'),
      '-o',
      at('prior.csv'),
    );
    expect(predict).toMatchObject({ code: 2, stderr: expect.stringMatching(/is an input as well/) });
  });

  test('by redirection of standard input', () => {
    for (const command of [['convert'], ['predict', BUNDLE], ['fold', BUNDLE]]) {
      const argv = [process.execPath, MAIN, ...command, '-', '-o', at('jets.csv')];
      const { status, stderr } = spawnSync('bash', ['-c', 'exec "$@" < "$0"', at('jets.csv'), ...argv]);
      expect([status, String(stderr)]).toEqual([2, expect.stringMatching(/is an input as well/)]);
      expect(readFileSync(at('jets.csv'), 'utf8')).toBe(JETS);
    }
  });

  test.each([
    ['sample', 'predictions-000000.csv'],
    ['sample', 'journal/jets.csv'],
    ['study', 'report.html'],
    ['study', 'figures/jets.csv'],
    ['train', 'metrics.jsonl'],
    ['train', 'last/jets.csv'],
  ])('among the results of %s, as %s', async (command, name) => {
    mkdirSync(dirname(at(name)), { recursive: true });
    cpSync(at('jets.csv'), at(name));
    mkdirSync(at('elsewhere'));
    symlinkSync(at(name), at('elsewhere/link.csv'));
    for (const input of [at(name), at('elsewhere/link.csv')]) {
      const options = command === 'train' ? ['--task', 'simulation'] : ['--overwrite'];
      const words = [command, ...(command === 'train' ? [] : [BUNDLE]), input, '-o', folder, ...options];
      expect(await runHere(...words)).toMatchObject({ code: 2, stderr: expect.stringMatching(/: lies in /) });
    }
    expect(readFileSync(at(name), 'utf8')).toBe(JETS);
  });

  test('of histograms', async () => {
    writeFileSync(at('report.json'), '{}');
    const { code, stderr } = await runHere('histograms', at('report.json'), '-o', at('report.json'));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/is an input as well/) });
    expect(readFileSync(at('report.json'), 'utf8')).toBe('{}');
  });
});

describe('what stands where the output goes', () => {
  const convert = (output: string) =>
    runHere('convert', at('jets.csv'), '-o', output, '--format', 'csv', '--quiet');

  test('a device stays one', async () => {
    expect((await convert('/dev/null')).code).toBe(0);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    expect(await convert('/dev/full')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^jet-iqn: \/dev\/full: the disk is full[^\n]*\n$/),
    });
  });

  test('standard output gets the table and nothing else', () => {
    const words = ['-o', '/dev/stdout', '--format', 'csv', '--quiet'];
    const { code, stdout, stderr } = runCli('convert', at('jets.csv'), ...words);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('5 jets in /dev/stdout'),
    });
    expect(stdout).toBe(JETS);
  });

  test('so it does by a link to it, of every command that writes a file', () => {
    symlinkSync('/dev/stdout', at('link.csv'));
    const words = ['-o', at('link.csv'), '--format', 'csv', '--quiet'];
    expect(runCli('convert', at('jets.csv'), ...words).stdout).toBe(JETS);
    const few = ['-o', at('link.csv'), '--samples', '20', '--quiet'];
    const predicted = runCli('predict', BUNDLE, at('jets.csv'), ...few);
    expect(predicted.stdout.trim().split('\n')).toHaveLength(6);
    expect(predicted.stderr).toContain('5 jets × ');
    const folded = runCli('fold', BUNDLE, at('jets.csv'), ...few, '--json');
    expect(folded.stdout).not.toContain('{');
    expect(JSON.parse(folded.stderr)).toMatchObject({ jets: 5 });
  });

  test('a pipe is written into, of tables whose first bytes are known last as well', async () => {
    spawnSync('mkfifo', [at('pipe.npy')]);
    const reader = spawn('cat', [at('pipe.npy')]);
    const closed = once(reader, 'close');
    const pieces: Buffer[] = [];
    reader.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    const schema = [{ name: 'x', type: 'float32' as const }];
    const write = async (name: string) => {
      const writer = await openTableWriter(at(name), 'npy', schema, {});
      await writer.write({ x: Float32Array.of(1, 2, 3) });
      await writer.close();
    };
    await write('pipe.npy');
    await closed;
    await write('file.npy');
    expect(Buffer.concat(pieces).equals(readFileSync(at('file.npy')))).toBe(true);
    expect(lstatSync(at('pipe.npy')).isFIFO()).toBe(true);
  });

  test.each(['there already', 'not there yet'])('a link stays one, its file %s', async (what) => {
    if (what === 'there already') writeFileSync(at('real.csv'), 'old');
    symlinkSync('real.csv', at('link.csv'));
    expect((await convert(at('link.csv'))).code).toBe(0);
    expect(lstatSync(at('link.csv')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('real.csv'), 'utf8')).toBe(JETS);
  });

  test('a file keeps its permissions', async () => {
    for (const name of ['secret.csv', 'secret.json']) {
      writeFileSync(at(name), 'old');
      chmodSync(at(name), 0o600);
    }
    expect((await convert(at('secret.csv'))).code).toBe(0);
    writeDurably(at('secret.json'), ['new']);
    for (const name of ['secret.csv', 'secret.json']) expect(statSync(at(name)).mode & 0o777).toBe(0o600);
  });

  test('a folder is refused', async () => {
    expect(await convert(folder)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/is a folder; name a file in it/),
    });
  });
});

describe('of a run that ends early nothing is left', () => {
  /** convert, which waits for the end of standard input, or for a reader of its output; ended by a signal. */
  async function ended(signal: NodeJS.Signals, started: () => boolean, ...words: string[]) {
    const environment = { ...process.env, TMPDIR: folder };
    const child = spawn(process.execPath, [MAIN, ...words], {
      env: environment,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.on('error', () => {});
    child.stdin.write(JETS.repeat(1000));
    while (!started()) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill(signal);
    await once(child, 'close');
    return child.signalCode;
  }
  const leftIn = () => readdirSync(folder).filter((name) => name !== 'jets.csv');

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'of the copy of standard input, after %s',
    async (signal) => {
      const began = Date.now();
      const started = () => Date.now() - began > 700;
      expect(await ended(signal, started, 'convert', '-', '-o', at('out.csv'))).toBe(signal);
      expect(leftIn()).toEqual([]);
    },
  );

  test('of the output after a signal, and after SIGKILL once the next run begins', async () => {
    // The table is finished, and the run waits for a reader of the pipe.
    const isBegun = () => leftIn().some((name) => name.startsWith(UNFINISHED_PREFIX));
    const words = ['predict', BUNDLE, SAMPLE, '--samples', '20000', '--cdf', '-o', at('q.parquet')];
    expect(await ended('SIGTERM', isBegun, ...words)).toBe('SIGTERM');
    expect(leftIn()).toEqual([]);
    expect(await ended('SIGKILL', isBegun, ...words)).toBe('SIGKILL');
    expect(leftIn()).toHaveLength(1);
    expect((await runHere('convert', at('jets.csv'), '-o', at('out.csv'), '--quiet')).code).toBe(0);
    expect(leftIn()).toEqual(['out.csv']);
  });
});
