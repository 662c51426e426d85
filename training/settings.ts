/** The options of a training that `train --help` leaves out, and how the text of `--set name=value` is read. */
import { UsageError } from '../src/errors.js';
import type { TrainingOptions } from './options.js';

interface Setting {
  readonly option: keyof TrainingOptions;
  /** What it is, with the default. */
  readonly help: string;
  /** The value; whether it is in range is asked where all options are checked. */
  readonly read: (text: string) => unknown;
}

const number = (text: string) => (text.trim() === '' ? Number.NaN : Number(text));
const list = (text: string) => text.split(',').map(number);
const word = (text: string) => text;
const yes = (text: string) => ({ true: true, false: false })[text];

/** By the name that is typed. */
export const SETTINGS: Readonly<Record<string, Setting>> = {
  trunk: {
    option: 'trunk',
    help: 'amortised, monotone: units of each trunk layer (128,128,128)',
    read: list,
  },
  'centre-and-width': {
    option: 'centreAndWidth',
    help: 'amortised, monotone: whether the trunk gives each step a centre and a width (true)',
    read: yes,
  },
  width: { option: 'width', help: 'paper: units of a hidden layer (50)', read: number },
  depth: { option: 'depth', help: 'paper: hidden layers (5)', read: number },
  leak: { option: 'leak', help: 'slope of the LeakyReLU below zero (0.3)', read: number },
  lambda: { option: 'lambda', help: 'weight of the penalty on crossing quantiles (0.1)', read: number },
  'tau-input': { option: 'tauInput', help: 'affine, logit or both (both; paper: affine)', read: word },
  'tau-sampling': {
    option: 'tauSampling',
    help: 'uniform, or tau near 0 and 1 more often: ends (weighted back), arcsine (arcsine; paper: uniform)',
    read: word,
  },
  schedule: { option: 'schedule', help: 'one-cycle, cosine or paper (one-cycle)', read: word },
  'learning-rate': {
    option: 'learningRate',
    help: 'largest rate of the schedule (0.005; paper: 0.002)',
    read: number,
  },
  'refine-rate': {
    option: 'refineRate',
    help: 'largest rate of the schedule while refining (0.002)',
    read: number,
  },
  ema: {
    option: 'ema',
    help: 'average the weights, this share of the past kept at each step (0.999; paper: 0)',
    read: number,
  },
  patience: { option: 'patience', help: 'stop after so many validations without a better one', read: number },
  'validation-jets': {
    option: 'validationJets',
    help: 'validation jets looked at after each epoch (20000)',
    read: number,
  },
  'split-seed': {
    option: 'splitSeed',
    help: 'seed of the split into train, validation and test (1)',
    read: number,
  },
};

/**
 * @param texts name=value.
 * @throws UsageError where a name is none, or stands twice, or a text is no value.
 */
export function readSettings(texts: readonly string[]): Partial<TrainingOptions> {
  const read: Partial<Record<keyof TrainingOptions, unknown>> = {};
  for (const text of texts) {
    const [, name, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    const setting = name !== undefined && Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
    if (!setting)
      throw new UsageError(
        `--set ${text}: give name=value, with a name of ${Object.keys(SETTINGS).join(', ')} (train --help-all says what they are)`,
      );
    if (read[setting.option] !== undefined) throw new UsageError(`--set ${name} stands there twice`);
    read[setting.option] = setting.read(value!);
    if (read[setting.option] === undefined)
      throw new UsageError(`--set ${name} must be true or false, not ${value}`);
  }
  return read as Partial<TrainingOptions>;
}
