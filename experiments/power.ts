/**
 * The tests of the tests: how often each rejects models that are wrong in a known way, and one that is right.
 *
 *     npm run experiment -- power [--jets 2000] [--samples 16] [--repetitions 200] [--threads 2] [-o power.jsonl] [--bundle DIR] [--table]
 *
 * Repetition r draws its jets with seed r, so a run can be repeated number by number. With -o each repetition's p-values
 * become a line of that file, and a run that was stopped goes on from there; with --table as well, nothing runs and the table is
 * that of the lines in the file. With --bundle, a network trained on the jets of
 * `npm run experiment -- power-jets`, its quantiles stand for the exact ones. Prints the table as Markdown.
 */
import { appendFile, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { startThreads } from '../src/sampling/threads.js';
import type { PValues } from './power-repetition.js';
import { powerTable } from './power-table.js';
import type { PowerTask } from './power-worker.js';

/** A line of the file. */
interface Repetition {
  readonly jets: number;
  readonly samples: number;
  readonly seed: number;
  readonly pValues: Record<string, PValues>;
}

export async function main(words: string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: {
      jets: { type: 'string', default: '2000' },
      samples: { type: 'string', default: '16' },
      repetitions: { type: 'string', default: '200' },
      threads: { type: 'string', default: String(availableParallelism()) },
      output: { type: 'string', short: 'o' },
      bundle: { type: 'string' },
      table: { type: 'boolean', default: false },
    },
  });
  const [jets, samples, repetitions, threads] = [
    values.jets,
    values.samples,
    values.repetitions,
    values.threads,
  ].map(Number);
  const { output, bundle } = values;

  const done = (output ? await readDone(output) : []).filter(
    (line) => line.jets === jets && line.samples === samples && line.seed <= repetitions,
  );
  const known = new Set(done.map(({ seed }) => seed));
  const pool = startThreads(new URL('./power-worker.js', import.meta.url), threads);
  const seeds = Array.from({ length: repetitions }, (_, r) => r + 1);
  const missing = values.table ? [] : seeds.filter((seed) => !known.has(seed));
  await Promise.all(
    missing.map(async (seed) => {
      const task: PowerTask = { jets, samples, seed, bundle };
      const line: Repetition = { jets, samples, seed, pValues: await pool.run(task) };
      done.push(line);
      if (output) await appendFile(output, `${JSON.stringify(line)}\n`);
      process.stderr.write(`\r${done.length}/${repetitions}`);
    }),
  );
  await pool.destroy();
  process.stderr.write('\n');
  done.sort((a, b) => a.seed - b.seed);
  process.stdout.write(
    [
      `${jets} jets, ${samples} samples a jet, ${done.length} repetitions.`,
      '',
      powerTable(
        // The right model is the first of each repetition.
        Object.keys(done[0]?.pValues ?? {}),
        done.map(({ pValues }) => pValues),
      ),
      '',
    ].join('\n'),
  );
}

async function readDone(path: string): Promise<Repetition[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Repetition);
}
