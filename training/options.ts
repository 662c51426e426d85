/**
 * Every option of a training run, with its default and range: checked here, once, and stored with the run.
 */
import { UsageError } from '../src/errors.js';
import { columnName, STAGES, VARIABLES } from '../src/jets/columns.js';
import { SPLIT_SEED } from '../src/jets/split.js';
import type { NetworkSpec, TauInput } from '../src/model/network-spec.js';
import { TASKS, type Task } from '../src/model/tasks.js';
import { detectorHarmonics } from './detector-harmonics.js';
import { SCHEDULES, type Schedule } from './schedule.js';
import { TAU_SAMPLINGS, type TauSampling } from './tau.js';

export const NETWORKS = ['amortised', 'paper', 'monotone'] as const;
export type NetworkName = (typeof NETWORKS)[number];
const TAU_INPUTS: readonly TauInput[] = ['affine', 'logit', 'both'];

export interface TrainingOptions {
  readonly task: Task;
  readonly network: NetworkName;
  /** paper: units of a hidden layer, and their number. */
  readonly width: number;
  readonly depth: number;
  /** amortised and monotone: units of each layer of trunk and head. */
  readonly trunk: readonly number[];
  readonly head: readonly number[];
  /** amortised and monotone: whether the trunk gives each step a centre and a width. */
  readonly centreAndWidth: boolean;
  readonly tauInput: TauInput;
  /** How tau is drawn in training. */
  readonly tauSampling: TauSampling;
  /** Slope of the LeakyReLU below zero. */
  readonly leak: number;
  /** Weight of the penalty on negative slopes. */
  readonly lambda: number;
  /** Passes over all (jet, step) pairs of the training jets. */
  readonly epochs: number;
  /** Passes more, that follow the likelihood and not the pinball loss; 0: none. */
  readonly refine: number;
  /** The largest rate of the schedule while refining. */
  readonly refineRate: number;
  /** Ends the run, its schedule with it, after so many seconds; null: never. */
  readonly maxSeconds: number | null;
  /** Rows of a step. */
  readonly batch: number;
  /** The largest rate of the schedule. */
  readonly learningRate: number;
  readonly schedule: Schedule;
  /** Validations without a better one before the run stops; null: never. */
  readonly patience: number | null;
  /** Share of the past in the averaged weights, for each step; 0: no averaging. */
  readonly ema: number;
  readonly seed: number;
  readonly splitSeed: number;
  /** Extra columns that the network reads beside the four variables. */
  readonly inputs: readonly string[];
  /** Cells of the calorimeter around phi, whose harmonics the network reads; even; 0: none. */
  readonly cells: number;
  /** Whether jets are mirrored and turned by chance: the detector is the same both ways and all around. */
  readonly symmetric: boolean;
  /** Column of jet weights. */
  readonly weight: string | null;
  /** Jets of the validation split that are looked at after each epoch; all of them at the end. */
  readonly validationJets: number;
}

type PerNetwork = 'tauInput' | 'tauSampling' | 'cells' | 'learningRate' | 'ema' | 'epochs';

/** What measured best (docs/ablation.md). */
const AMORTISED: Pick<TrainingOptions, PerNetwork> = {
  tauInput: 'both',
  tauSampling: 'arcsine',
  cells: 72,
  learningRate: 5e-3,
  ema: 0.999,
  epochs: 25,
};

const DEFAULTS_OF: Readonly<Record<NetworkName, Pick<TrainingOptions, PerNetwork>>> = {
  /** What the paper's code reads and does. */
  paper: { tauInput: 'affine', tauSampling: 'uniform', cells: 0, learningRate: 2e-3, ema: 0, epochs: 40 },
  amortised: AMORTISED,
  monotone: AMORTISED,
};

/** Epochs that follow the likelihood, for each that follows the pinball loss; the paper's network has none. */
const REFINE_SHARE = 0.8;

const DEFAULTS: Omit<TrainingOptions, 'task' | 'refine' | PerNetwork> = {
  network: 'amortised',
  width: 50,
  depth: 5,
  trunk: [128, 128, 128],
  head: [24, 24, 24],
  centreAndWidth: true,
  leak: 0.3,
  lambda: 0.1,
  refineRate: 2e-3,
  maxSeconds: null,
  batch: 4096,
  schedule: 'one-cycle',
  patience: null,
  seed: 1,
  splitSeed: SPLIT_SEED,
  inputs: [],
  symmetric: false,
  weight: null,
  validationJets: 20_000,
};

/** What an option may be, and how it is typed. */
interface Rule {
  readonly choices?: readonly string[];
  /** Least and most; of a list, of each of its numbers. */
  readonly range?: readonly [number, number];
  readonly whole?: boolean;
  /** The network that has such a thing; others have their own. */
  readonly only?: 'paper' | 'amortised';
  /** What `train --help-all` says of an option that is typed as --set name=value, with the default. */
  readonly help?: string;
}

const COUNT = { range: [1, 2 ** 31], whole: true } as const;
const SEED = { range: [0, Number.MAX_SAFE_INTEGER], whole: true } as const;
const UNITS = { range: [1, 4096], whole: true } as const;
const RATE = { range: [1e-12, 10] } as const;

const RULES: Readonly<Record<keyof TrainingOptions, Rule>> = {
  task: { choices: TASKS },
  network: { choices: NETWORKS },
  trunk: {
    ...UNITS,
    only: 'amortised',
    help: 'amortised, monotone: units of each trunk layer (128,128,128)',
  },
  head: { ...UNITS, only: 'amortised' },
  centreAndWidth: {
    only: 'amortised',
    help: 'amortised, monotone: whether the trunk gives each step a centre and a width (true)',
  },
  width: { ...UNITS, only: 'paper', help: 'paper: units of a hidden layer (50)' },
  depth: { range: [1, 64], whole: true, only: 'paper', help: 'paper: hidden layers (5)' },
  leak: { range: [0, 1], help: 'slope of the LeakyReLU below zero (0.3)' },
  lambda: { range: [0, 1e9], help: 'weight of the penalty on crossing quantiles (0.1)' },
  tauInput: { choices: TAU_INPUTS, help: 'affine, logit or both (both; paper: affine)' },
  tauSampling: {
    choices: TAU_SAMPLINGS,
    help: 'uniform, or tau near 0 and 1 more often: ends (weighted back), arcsine (arcsine; paper: uniform)',
  },
  schedule: { choices: SCHEDULES, help: 'one-cycle, cosine or paper (one-cycle)' },
  learningRate: { ...RATE, help: 'largest rate of the schedule (0.005; paper: 0.002)' },
  refineRate: { ...RATE, help: 'largest rate of the schedule while refining (0.002)' },
  ema: {
    range: [0, 0.999999],
    help: 'average the weights, this share of the past kept at each step (0.999; paper: 0)',
  },
  patience: { ...COUNT, help: 'stop after so many validations without a better one' },
  validationJets: { ...COUNT, help: 'validation jets looked at after each epoch (20000)' },
  splitSeed: { ...SEED, help: 'seed of the split into train, validation and test (1)' },
  epochs: { range: [1e-6, 1e9] },
  refine: { range: [0, 1e9] },
  maxSeconds: { range: [1, 1e9] },
  batch: { range: [4, 2 ** 22], whole: true },
  cells: { range: [0, 10_000], whole: true },
  seed: SEED,
  inputs: {},
  symmetric: {},
  weight: {},
};

/** The twelve columns of a jets table, and the names by which a network knows the four of its input jet. */
const JET_COLUMNS: ReadonlySet<string> = new Set([
  ...VARIABLES,
  ...STAGES.flatMap((stage) => VARIABLES.map((variable) => columnName(stage, variable))),
]);

/**
 * The options given, the others at their defaults.
 *
 * @throws UsageError which names the option and its range.
 */
export function trainingOptions(
  given: Partial<TrainingOptions> & Pick<TrainingOptions, 'task'>,
): TrainingOptions {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const network = (set.network as NetworkName | undefined) ?? DEFAULTS.network;
  const { epochs } = { ...DEFAULTS_OF[network], ...set } as TrainingOptions;
  const refine = network === 'paper' ? 0 : REFINE_SHARE * epochs;
  const options = { ...DEFAULTS, ...DEFAULTS_OF[network], refine, ...set } as TrainingOptions;
  for (const name of Object.keys(RULES) as (keyof TrainingOptions)[]) check(name, options);
  const { batch, cells, inputs, weight } = options;
  if (batch % 4 !== 0)
    throw new UsageError(`--batch must be a multiple of 4, the steps of a jet, not ${batch}`);
  if (cells % 2 !== 0)
    throw new UsageError(`--cells must be even: cells twice as wide are read too, not ${cells}`);
  if (options.refine > 0 && network === 'paper')
    throw new UsageError(
      '--refine needs --network amortised or monotone: of the paper’s, every tau costs all',
    );
  if (new Set(inputs).size < inputs.length)
    throw new UsageError(`--inputs names a column twice: ${inputs.join(', ')}`);
  const jetColumn = inputs.find((name) => JET_COLUMNS.has(name));
  if (jetColumn !== undefined)
    throw new UsageError(
      `--inputs takes columns beside the jets' own, not ${jetColumn}: the input jet is read as it is`,
    );
  if (weight !== null && inputs.includes(weight))
    throw new UsageError(
      `--weight ${weight} is one of --inputs; a jet's weight is not known when predicting`,
    );
  if (weight !== null && JET_COLUMNS.has(weight))
    throw new UsageError(`--weight must be a column beside the jets' own, not ${weight}`);
  return options;
}

function check(name: keyof TrainingOptions, options: TrainingOptions): void {
  const { choices, range, whole, only } = RULES[name];
  const { [name]: value, network } = options;
  const typed = optionName(name);
  if (choices && !choices.includes(value as string))
    throw new UsageError(`${typed} must be one of ${choices.join(', ')}, not ${value}`);
  const standard = DEFAULTS[name as keyof typeof DEFAULTS];
  if (only && (only === 'paper') !== (network === 'paper') && `${value}` !== `${standard}`)
    throw new UsageError(`${typed} does nothing with --network ${network}; leave it out`);
  if (!range || value === null) return;
  if (Array.isArray(value) && value.length === 0)
    throw new UsageError(`${typed} needs at least one layer, for example ${standard}`);
  for (const number of [value].flat() as number[]) {
    if (whole && !Number.isInteger(number))
      throw new UsageError(`${typed} must be a whole number, not ${number}`);
    if (!(number >= range[0] && number <= range[1]))
      throw new UsageError(`${typed} must lie between ${range[0]} and ${range[1]}, not ${number}`);
  }
}

/** As it is typed: learningRate → --set learning-rate */
export function optionName(name: string): string {
  if (name === 'maxSeconds') return '--max-time';
  return `${RULES[name as keyof TrainingOptions]?.help ? '--set ' : '--'}${kebab(name)}`;
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The options that `train --help` leaves out, by the name that is typed after --set. */
export const SETTINGS: Readonly<Record<string, { option: keyof TrainingOptions; help: string }>> =
  Object.fromEntries(
    Object.entries(RULES).flatMap(([name, { help }]) =>
      help === undefined ? [] : [[kebab(name), { option: name as keyof TrainingOptions, help }]],
    ),
  );

/**
 * @param texts name=value; whether a value is in range is asked where all options are checked.
 * @throws UsageError where a name is none, or stands twice, or a text is no value.
 */
export function readSettings(texts: readonly string[]): Partial<TrainingOptions> {
  const read: Partial<Record<keyof TrainingOptions, unknown>> = {};
  for (const text of texts) {
    const [, name, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || !Object.hasOwn(SETTINGS, name))
      throw new UsageError(
        `--set ${text}: give name=value, with a name of ${Object.keys(SETTINGS).join(', ')} (train --help-all says what they are)`,
      );
    const { option } = SETTINGS[name]!;
    if (read[option] !== undefined) throw new UsageError(`--set ${name} stands there twice`);
    read[option] = settingOf(option, value!);
    if (read[option] === undefined) throw new UsageError(`--set ${name} must be true or false, not ${value}`);
  }
  return read as Partial<TrainingOptions>;
}

/** A text as its option's value: a word, numbers by commas, one number, or true and false. */
function settingOf(option: keyof TrainingOptions, text: string): unknown {
  const { choices, range } = RULES[option];
  if (choices) return text;
  if (!range) return { true: true, false: false }[text];
  const number = (each: string) => (each.trim() === '' ? Number.NaN : Number(each));
  return option === 'trunk' ? text.split(',').map(number) : number(text);
}

/** The network that the options describe. */
export function networkSpec(options: TrainingOptions): NetworkSpec {
  const harmonics = detectorHarmonics(options.cells).length;
  const common = {
    inputs: 4 + options.inputs.length + harmonics,
    slope: options.leak,
    tauInput: options.tauInput,
  };
  if (options.network === 'paper')
    return { kind: 'paper', ...common, width: options.width, depth: options.depth };
  const { trunk, head, centreAndWidth } = options;
  return { kind: 'amortised', ...common, trunk, head, centreAndWidth };
}
