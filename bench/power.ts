/**
 * The tests of the tests: how often each rejects models that are wrong in a known way, and one that is right.
 *
 *     node dist/bench/power.js [--jets 4000] [--samples 24] [--repetitions 200] [--threads 2] [-o docs/power.json]
 *
 * Repetition r draws its jets with seed r + 1, so a run can be repeated number by number. Writes the p-values as JSON
 * and prints the table as Markdown.
 */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Piscina } from 'piscina';
import { binomialRange } from '../src/stats/intervals.js';
import { ksDistance, ksPValue } from '../src/stats/ks.js';
import { MODELS } from './faults.js';
import { type PValues, TESTS } from './power-repetition.js';
import type { PowerTask } from './power-worker.js';

/** A test rejects at this p-value. */
const LEVEL = 0.05;

const { values } = parseArgs({
  options: {
    jets: { type: 'string', default: '4000' },
    samples: { type: 'string', default: '24' },
    repetitions: { type: 'string', default: '200' },
    threads: { type: 'string', default: String(availableParallelism()) },
    output: { type: 'string', short: 'o' },
  },
});
const [jets, samples, repetitions, threads] = [
  values.jets,
  values.samples,
  values.repetitions,
  values.threads,
].map(Number);

const started = performance.now();
const pool = new Piscina({
  filename: new URL('./power-worker.js', import.meta.url).href,
  minThreads: threads,
  maxThreads: threads,
});
let done = 0;
const results = await Promise.all(
  Array.from({ length: repetitions }, async (_, r): Promise<Record<string, PValues>> => {
    const task: PowerTask = { jets, samples, seed: r + 1 };
    const result = await pool.run(task);
    process.stderr.write(`\r${++done}/${repetitions}`);
    return result;
  }),
);
await pool.destroy();
process.stderr.write('\n');
const seconds = (performance.now() - started) / 1000;

if (values.output) {
  const pValues = Object.fromEntries(
    MODELS.map(({ name }) => [
      name,
      Object.fromEntries(TESTS.map((test) => [test, pValuesOf(name, test).map(short)])),
    ]),
  );
  await writeFile(values.output, `${JSON.stringify({ jets, samples, repetitions, pValues })}\n`);
}
process.stdout.write(`${table()}\n`);

function table(): string {
  const [low, high] = binomialRange(0.95, repetitions, LEVEL);
  const rows = MODELS.map(({ name }) => {
    const shares = TESTS.map((test) => {
      const rejected = pValuesOf(name, test).filter((pValue) => pValue <= LEVEL).length;
      return `${Math.round((100 * rejected) / repetitions)} %`;
    });
    return `| ${name} | ${shares.join(' | ')} |`;
  });
  const uniform = TESTS.map((test) => {
    const pValue = ksPValue(ksDistance(pValuesOf(MODELS[0].name, test)), repetitions);
    return pValue.toFixed(2);
  });
  return [
    `${jets} jets, ${samples} samples a jet, ${repetitions} repetitions, ${seconds.toFixed(0)} s on ${threads} threads.`,
    `Without a fault ${((100 * low) / repetitions).toFixed(1)} to ${((100 * high) / repetitions).toFixed(1)} % lie within the binomial band.`,
    '',
    `| model | ${TESTS.join(' | ')} |`,
    `|---|${TESTS.map(() => '---').join('|')}|`,
    ...rows,
    `| *no fault: KS p-value of the p-values* | ${uniform.join(' | ')} |`,
  ].join('\n');
}

function pValuesOf(model: string, test: (typeof TESTS)[number]): number[] {
  return results.map((result) => result[model][test]);
}

function short(value: number): number {
  return Number(value.toPrecision(4));
}
