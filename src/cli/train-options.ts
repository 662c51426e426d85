/**
 * The options of a training: those typed, or on --resume those of the run, which no typed one may contradict.
 *
 * What a network may be trained with, with defaults and ranges, is in training/options.ts; which of it was typed, here.
 */
import { existsSync } from 'node:fs';
import { basename, isAbsolute, join, relative, sep } from 'node:path';
import type { Command } from 'commander';
import { optionName, readSettings, type TrainingOptions, trainingOptions } from '../../training/options.js';
import type { RunConfig } from '../../training/run-config.js';
import { UsageError } from '../errors.js';

/** As commander gives them to `jet-iqn train`. */
export interface TrainCommandOptions extends Partial<Omit<TrainingOptions, 'maxSeconds'>> {
  readonly output: string;
  readonly maxTime?: number;
  /** name=value, as typed. */
  readonly set?: readonly string[];
  readonly description: string;
  readonly backend?: 'tfjs-node' | 'plain';
  readonly resume: boolean;
  readonly collection?: string;
  readonly maxDeltaR?: number | true;
  readonly limit?: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** @throws UsageError where the folder holds a run and --resume is not given, or a typed option is not the run's. */
export async function chosenOptions(
  given: TrainCommandOptions,
  command: Command,
): Promise<{ options: TrainingOptions; config?: RunConfig }> {
  const { readConfig } = await import('../../training/run-config.js');
  const isThere = (name: string) => existsSync(join(given.output, name));
  const exists = isThere('config.json');
  // A run's config is written first.
  const others = ['metrics.jsonl', 'training.html', 'last', 'best'].find(isThere);
  if (!exists && others)
    throw new UsageError(
      `${given.output} holds ${others} without the config.json of a run; give another folder`,
    );
  const typed = typedOptions(given, command);
  if (!exists || !given.resume) {
    if (exists)
      throw new UsageError(
        `${given.output} holds a run already; go on with it by --resume or give another folder`,
      );
    if (typed.task === undefined) throw new UsageError('give --task simulation or --task correction');
    return { options: trainingOptions({ ...typed, task: typed.task }) };
  }
  const config = await readConfig(given.output);
  // A run of before there was such a thing was not to be refined.
  const options = trainingOptions({ ...config.options, refine: config.options.refine ?? 0 });
  for (const [name, value] of Object.entries(typed)) {
    const before = options[name as keyof TrainingOptions];
    if (JSON.stringify(value) !== JSON.stringify(before))
      throw new UsageError(
        `the run in ${given.output} has ${optionName(name)} ${before}, not ${value}; a resumed run keeps its options`,
      );
  }
  return { options, config };
}

/** Options of the network and its training that were typed. */
function typedOptions(given: TrainCommandOptions, command: Command): Partial<TrainingOptions> {
  const {
    maxTime,
    set = [],
    output,
    description,
    backend,
    resume,
    collection,
    maxDeltaR,
    limit,
    json,
    quiet,
    ...rest
  } = given;
  const typed = Object.entries(rest).filter(([name]) => command.getOptionValueSource(name) === 'cli');
  return {
    ...Object.fromEntries(typed),
    ...(maxTime === undefined ? {} : { maxSeconds: maxTime }),
    ...readSettings(set),
  };
}

/**
 * The command line as others may read it on the card: what was typed, without where it was typed. Paths below the working
 * folder stay, relative to it; of any other path its last part is left.
 *
 * @param args what follows the program's name.
 * @param folder the working folder.
 * @returns one line that a POSIX shell reads as the same arguments, but for the paths.
 * @example commandLine(['train', '/home/me/jets.parquet', '--description', 'my jets'], '/home/me/work')
 * // "jet-iqn train jets.parquet --description 'my jets'"
 */
export function commandLine(args: readonly string[], folder = process.cwd()): string {
  return ['jet-iqn', ...args.map((argument) => quoted(withoutPlace(argument, folder)))].join(' ');
}

function withoutPlace(argument: string, folder: string): string {
  const option = /^(--[a-z-]+=)(.*)$/s.exec(argument);
  if (option) return option[1]! + withoutPlace(option[2]!, folder);
  const leaves = argument === '..' || argument.startsWith(`..${sep}`);
  if (!isAbsolute(argument) && !leaves) return argument;
  const below = isAbsolute(argument) ? relative(folder, argument) : '..';
  return below === '' || below.startsWith('..') ? basename(argument) : below;
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
