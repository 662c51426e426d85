/**
 * Parsers of option values, and the options that several commands share: each is parsed once, here.
 *
 * Every parser throws commander's InvalidArgumentError, which main.ts turns into one line and exit code 2.
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ENGINES, type EngineName } from '../engines/open.js';
import { availableThreads } from '../sampling/available-threads.js';
import { MOST_SAMPLES } from '../sampling/condition.js';
import type { Shard } from '../sampling/plan.js';
import { shardFromEnvironment } from './array-job.js';

/** A whole number in [1, 2^32). */
export const positiveInteger = (text: string) => wholeNumber(text, 1, 2 ** 32 - 1);

/** Samples a jet: of more the quantiles of one jet take more memory than they are worth. */
const samplesAJet = (text: string) => wholeNumber(text, 1, MOST_SAMPLES);

/** A whole number in [0, 2^53): what a seed may be. */
export const seed = (text: string) => wholeNumber(text, 0, Number.MAX_SAFE_INTEGER);

/** `1000`, also written `1e3`. */
function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$|^\d+(\.\d+)?e\d+$/i.test(text) || !Number.isInteger(value) || value < least || value > most)
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  return value;
}

/** A finite number. */
export function finiteNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Give a finite number.');
  return value;
}

/** A number above 0. */
function distance(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0) || !Number.isFinite(value))
    throw new InvalidArgumentError('Give a number above 0, or nothing and the option behind the files.');
  return value;
}

/** Numbers between commas: NaN where there is none. */
function numbers(text: string): number[] {
  return text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
}

/** Numbers in [0, 1]: `0.16,0.5,0.84`. */
export function probabilityList(text: string): number[] {
  const values = numbers(text);
  if (values.some((p) => !(p >= 0 && p <= 1)))
    throw new InvalidArgumentError('Give numbers in [0, 1], separated by commas: 0.16,0.5,0.84.');
  return values;
}

/** Two or more increasing numbers: `20,30,50`. */
export function edgeList(text: string): Float32Array {
  const edges = Float32Array.from(numbers(text));
  if (edges.length < 2 || edges.some((edge, i) => !(edge > (edges[i - 1] ?? Number.NEGATIVE_INFINITY))))
    throw new InvalidArgumentError('Give two or more increasing numbers, separated by commas: 20,30,50.');
  return edges;
}

/** Whole numbers from 1: `64,64,64`. */
export function positiveIntegerList(text: string): number[] {
  return text.split(',').map(positiveInteger);
}

/** `rho,flavour` */
export function nameList(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

/** @returns seconds, of `90s`, `30m` or `2h`; a bare number is seconds. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(text);
  if (!match) throw new InvalidArgumentError('Give a time such as 90s, 30m or 2h.');
  return Number(match[1]) * { s: 1, m: 60, h: 3600 }[(match[2] ?? 's') as 's' | 'm' | 'h'];
}

/** `i/n` with 0 ≤ i < n, as `--shard 3/16`, or `env`: what the array job says. */
export function shard(text: string): Shard | undefined {
  if (text === 'env') return shardFromEnvironment();
  const match = /^(\d+)\/(\d+)$/.exec(text);
  const index = Number(match?.[1]);
  const count = Number(match?.[2]);
  if (!match || count < 1 || index >= count) {
    throw new InvalidArgumentError('Give i/n with 0 ≤ i < n, for example 0/8, or env in an array job.');
  }
  return { index, count };
}

/** The options that every long command takes; which of them is the command's choice. */
export const commonOptions = {
  seed: () => new Option('--seed <n>', 'seed of all random numbers').argParser(seed).default(1),
  key: () =>
    new Option(
      '--key <none|columns...>',
      'what random numbers follow: none (the row), or columns: run, luminosityBlock, event, jet index, the last two at least (default: those where the input has them, else none)',
    ),
  threads: () =>
    new Option('--threads <n>', 'worker threads')
      .argParser(positiveInteger)
      .default(availableThreads(), 'the cores that it may use'),
  shard: () =>
    new Option(
      '--shard <i/n>',
      'do range i of n, counted from 0; env: take both from the Slurm or Kubernetes array job',
    ).argParser(shard),
  resume: () =>
    new Option('--resume', 'continue an interrupted run in the same output folder').default(false),
  overwrite: () =>
    new Option('--overwrite', 'delete what an earlier run left in the output folder')
      .default(false)
      .conflicts('resume'),
  limit: () => new Option('--limit <n>', 'first n jets only').argParser(positiveInteger),
  strictRange: () =>
    new Option(
      '--strict-range',
      'refuse jets outside the range of the training data (default: warn)',
    ).default(false),
  keep: () => new Option('--keep <names...>', 'further columns of the input to write along'),
  collection: () =>
    new Option('--collection <name>', 'which jets of NanoAOD or Delphes: Jet, FatJet (default: Jet)'),
  maxDeltaR: () =>
    new Option(
      '--max-delta-r [distance]',
      'pair jets and gen jets below this ΔR, nearest first, instead of by genJetIdx; without a number R/2: 0.2 for AK4, 0.4 for AK8',
    ).argParser(distance),
  json: () => new Option('--json', 'one JSON object on stdout, nothing else there').default(false),
  quiet: () => new Option('--quiet', 'no progress and no warnings on stderr').default(false),
  engine: () =>
    new Option(
      '--engine <name>',
      'the program that evaluates the network; auto: native where it is built, else ort',
    )
      .choices(ENGINES)
      .default('auto'),
  samples: (samples: number) =>
    new Option('--samples <n>', 'predictions for each jet').argParser(samplesAJet).default(samples),
} as const;

/** Shared options of the commands that ask a model about jets. */
export const MODEL_OPTIONS = [
  'engine',
  'seed',
  'key',
  'threads',
  'limit',
  'collection',
  'strictRange',
  'json',
  'quiet',
] as const;

/** What they and `samples` give. */
export interface ModelOptions {
  readonly samples: number;
  readonly engine: EngineName;
  readonly seed: number;
  readonly key?: string[];
  readonly threads: number;
  readonly limit?: number;
  readonly collection?: string;
  readonly strictRange: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Shared options of the commands that run in blocks, and what they give. */
export const BLOCK_OPTIONS = ['shard', 'resume', 'overwrite'] as const;

export interface BlockOptions {
  readonly shard?: Shard;
  readonly resume: boolean;
  readonly overwrite: boolean;
}

/** Adds the shared options named. */
export function addCommonOptions(
  command: Command,
  names: readonly Exclude<keyof typeof commonOptions, 'samples'>[],
): Command {
  for (const name of names) command.addOption(commonOptions[name]());
  return command;
}
