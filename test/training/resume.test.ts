/** Killed or interrupted at any moment and resumed, a run ends with the bytes of an unbroken one. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readCheckpoint } from '../../training/checkpoint.js';
import { readMetrics } from '../../training/metrics.js';
import { readConfig } from '../../training/run-config.js';
import type { SmallRun } from './small-run.js';

let work: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'jet-iqn-resume-'));
});
afterAll(() => rm(work, { recursive: true }));

/** Starts the run in a process of its own; `spoken` resolves when it has said something that matches. */
function start(folder: string, run: SmallRun, resume: boolean) {
  const script = fileURLToPath(new URL('./train-child.js', import.meta.url));
  const child = spawn(process.execPath, [script, folder, resume ? 'resume' : 'new', JSON.stringify(run)]);
  let output = '';
  let errors = '';
  const waiting: (() => void)[] = [];
  child.stdout.on('data', (data) => {
    output += data;
    for (const look of waiting) look();
  });
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const ended = new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
    child.on('close', (code) => {
      resolve({ code, output, errors });
      for (const look of waiting) look();
    });
  });
  const spoken = (pattern: RegExp) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (pattern.test(output) || child.exitCode !== null || child.signalCode !== null) resolve();
      };
      waiting.push(look);
      look();
    });
  return { child, ended, spoken };
}

async function hashes(folder: string) {
  const last = (await readCheckpoint(folder, 'last')).state;
  const best = (await readCheckpoint(folder, 'best')).state;
  return {
    last: last.sha256,
    optimiser: last.optimizerSha256,
    best: best.sha256,
    step: last.step,
    validation: best.validation,
  };
}

async function curve(folder: string) {
  return (await readMetrics(folder)).map(({ step, validation }) => [step, validation?.sum]);
}

const RUNS: Record<string, SmallRun> = {
  amortised: { jets: 1500, options: { epochs: 2, refine: 2, ema: 0.9, symmetric: true } },
  'monotone, four cycles': { jets: 1000, options: { network: 'monotone', epochs: 4, schedule: 'paper' } },
};

describe.each(Object.entries(RUNS))('%s', (name, run) => {
  let whole: string;
  beforeAll(async () => {
    whole = join(work, `${name}-whole`);
    const { code, errors } = await start(whole, run, false).ended;
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
  });

  test('kill -9 at random moments', async () => {
    const folder = join(work, `${name}-killed`);
    let kills = 0;
    for (let resume = false; ; resume = true) {
      const { child, ended, spoken } = start(folder, run, resume && (await exists(folder)));
      if (kills < 2) {
        await spoken(/step/);
        await setTimeout(Math.random() * 400);
        child.kill('SIGKILL');
      }
      const { code } = await ended;
      if (code === 0) break;
      kills++;
    }
    expect(kills).toBeGreaterThan(0);
    expect(await hashes(folder)).toEqual(await hashes(whole));
    expect(await curve(folder)).toEqual(await curve(whole));
  });
});

test('SIGINT finishes the step, saves, ends with 130, and goes on', async () => {
  const folder = join(work, 'interrupted');
  const first = start(folder, RUNS.amortised!, false);
  await first.spoken(/step/);
  first.child.kill('SIGINT');
  const { code, output } = await first.ended;
  expect(code).toBe(130);
  expect(output).toMatch(/interrupted after \d+ of \d+ steps; go on with the same command and --resume/);
  const { state } = await readCheckpoint(folder, 'last');
  expect(state.finished).toBe(false);
  expect((await start(folder, RUNS.amortised!, true).ended).code).toBe(0);
  expect(await hashes(folder)).toEqual(await hashes(join(work, 'amortised-whole')));
});

test('resumed at its end, a finished run stays what it is', async () => {
  const folder = join(work, 'amortised-whole');
  const before = await hashes(folder);
  const { code, output } = await start(folder, RUNS.amortised!, true).ended;
  expect(code).toBe(0);
  expect(output).not.toContain('step ');
  expect(await hashes(folder)).toEqual(before);
});

test('config.json is as it was written first, and names no path', async () => {
  const text = await readFile(join(work, 'amortised-killed', 'config.json'), 'utf8');
  expect(text).not.toContain(work);
  expect((await readConfig(join(work, 'amortised-killed'))).options.ema).toBe(0.9);
});

async function exists(folder: string): Promise<boolean> {
  return readConfig(folder).then(
    () => true,
    () => false,
  );
}
