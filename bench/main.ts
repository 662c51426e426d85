#!/usr/bin/env node
/**
 * `npm run bench [-- NAME… --json FILE --quick --update-baseline]`: finds the benches, measures them one after the
 * other, prints a table each and fails where a ratio fell.
 *
 * Every module beside this one that exports `bench` is a bench, or several.
 * Exit codes: 0 nothing fell; 1 something fell or a bench broke; 2 no such bench, or wrong options.
 */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { version } from '../src/version.js';
import { type Baseline, describeFall, falls, updatedBaseline } from './compare.js';
import { type Bench, type BenchResult, machine, measure } from './harness.js';
import { openRoofline } from './roofline.js';
import { benchTable } from './table.js';

const BASELINE = fileURLToPath(new URL('../../bench/baseline.json', import.meta.url));
/** What a module that is a bench has in it. The others may be programs of their own: importing would run them. */
const IS_BENCH = /^export const bench\b/m;

interface Options {
  readonly json?: string;
  readonly quick: boolean;
  readonly updateBaseline: boolean;
  readonly list: boolean;
}

await new Command('bench')
  .description('time what matters, against a reference and the machine’s peak in the same run')
  .argument('[names...]', 'benches to run (default: all)')
  .option('--json <file>', 'write the figures there')
  .option('--quick', 'small and rough, without the comparison: shows that every bench still runs', false)
  .option('--update-baseline', 'record the ratios of this run as bench/baseline.json', false)
  .option('--list', 'name the benches and stop', false)
  .action(main)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parseAsync();

async function main(names: string[], { json, quick, updateBaseline, list }: Options): Promise<void> {
  const found = await discover(new URL('.', import.meta.url));
  if (list) {
    for (const { name, title } of found) say(`${name.padEnd(26)}${title}`);
    return;
  }
  const unknown = names.filter((name) => !found.some((bench) => bench.name === name));
  if (unknown.length > 0 || (quick && updateBaseline)) {
    complain(
      unknown.length > 0
        ? `there is no bench ${unknown.join(', ')}; there are ${found.map(({ name }) => name).join(', ')}`
        : '--quick is too rough for a baseline; leave one of the two options out',
    );
    process.exitCode = 2;
    return;
  }
  const { results, broken } = await measureAll(
    names.length === 0 ? found : found.filter(({ name }) => names.includes(name)),
    quick,
    // After every bench, so that a run that is broken off keeps what it has: the rest can be asked for by name.
    async (measured) => {
      if (json) await writeResults(json, measured, quick);
      if (updateBaseline) await recordBaseline(measured);
    },
  );
  if (broken > 0) process.exitCode = 1;
  if (quick || updateBaseline) return;

  const baseline = await readBaseline();
  if (baseline.machine === '') say('There is no baseline yet: --update-baseline records this run as one.');
  else say(`The baseline is of ${baseline.machine}.`);
  const fallen = falls(results, baseline);
  for (const fall of fallen) complain(describeFall(fall));
  if (fallen.length > 0) process.exitCode = 1;
  else say(`Nothing fell against the baseline (${results.length} benches).`);
}

async function discover(folder: URL): Promise<Bench[]> {
  const benches: Bench[] = [];
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.js')).sort()) {
    const url = new URL(file, folder);
    if (!IS_BENCH.test(await readFile(url, 'utf8'))) continue;
    const { bench }: { bench: Bench | readonly Bench[] } = await import(url.href);
    benches.push(...[bench].flat());
  }
  return benches;
}

async function measureAll(
  benches: readonly Bench[],
  quick: boolean,
  onMeasured: (results: readonly BenchResult[]) => Promise<void>,
): Promise<{ results: BenchResult[]; broken: number }> {
  const roofline = await openRoofline();
  const results: BenchResult[] = [];
  let broken = 0;
  for (const bench of benches) {
    try {
      const result = await measure(bench, {
        rounds: quick ? 3 : 9,
        secondsPerTurn: quick ? 0.1 : 1,
        quick,
        roofline,
        onTurn: ({ round, contestant }) => progress(`${bench.name}: round ${round}, ${contestant}`),
      });
      progress('');
      say(benchTable(result));
      results.push(result);
    } catch (error) {
      progress('');
      complain(`bench ${bench.name} broke: ${error instanceof Error ? error.stack : error}`);
      broken++;
      continue;
    }
    await onMeasured(results);
  }
  await roofline.close();
  return { results, broken };
}

async function readBaseline(): Promise<Baseline> {
  return JSON.parse(await readFile(BASELINE, 'utf8'));
}

async function recordBaseline(results: readonly BenchResult[]): Promise<void> {
  const updated = updatedBaseline(results, await readBaseline(), machine());
  // A line for each figure, as the formatter has it: objects in lines, pairs of numbers in one.
  const text = JSON.stringify(updated, null, 2).replace(/\[\s+([^\s,]+),\s+([^\s,]+)\s+\]/g, '[$1, $2]');
  await writeFile(`${BASELINE}.part`, `${text}\n`);
  await rename(`${BASELINE}.part`, BASELINE);
}

async function writeResults(file: string, results: readonly BenchResult[], quick: boolean): Promise<void> {
  const record = {
    date: new Date().toISOString(),
    machine: machine(),
    version,
    quick,
    benches: results,
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(record, null, 2)}\n`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}

/** What happens just now, on one line that the next one replaces; nothing where no person looks. */
function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
}
