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
import { SETTINGS } from './settings.js';
import { TAU_SAMPLINGS, type TauSampling } from './tau-sampling.js';

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

/** Options that describe another network. */
const OPTIONS_OF_OTHERS = {
  paper: ['trunk', 'head', 'centreAndWidth'],
  amortised: ['width', 'depth'],
  monotone: ['width', 'depth'],
} as const satisfies Record<NetworkName, readonly (keyof typeof DEFAULTS)[]>;

/** The twelve columns of a jets table, and the names by which a network knows the four of its input jet. */
const JET_COLUMNS: ReadonlySet<string> = new Set([
  ...VARIABLES,
  ...STAGES.flatMap((stage) => VARIABLES.map((variable) => columnName(stage, variable))),
]);

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
  oneOf('task', options.task, TASKS);
  oneOf('network', options.network, NETWORKS);
  oneOf('tau-input', options.tauInput, TAU_INPUTS);
  oneOf('tau-sampling', options.tauSampling, TAU_SAMPLINGS);
  oneOf('schedule', options.schedule, SCHEDULES);
  for (const [name, value, least, most] of [
    ['width', options.width, 1, 4096],
    ['depth', options.depth, 1, 64],
    ['batch', options.batch, 4, 2 ** 22],
    ['validation-jets', options.validationJets, 1, 2 ** 31],
    ['cells', options.cells, 0, 10_000],
    ['seed', options.seed, 0, Number.MAX_SAFE_INTEGER],
    ['split-seed', options.splitSeed, 0, Number.MAX_SAFE_INTEGER],
    ...options.trunk.map((units) => ['trunk', units, 1, 4096] as const),
    ...options.head.map((units) => ['head', units, 1, 4096] as const),
    ...(options.patience === null ? [] : [['patience', options.patience, 1, 2 ** 31] as const]),
  ] as const) {
    if (!Number.isInteger(value))
      throw new UsageError(`${typedAs(name)} must be a whole number, not ${value}`);
    inRange(name, value, least, most);
  }
  if (options.trunk.length === 0)
    throw new UsageError('--set trunk needs at least one layer, for example 64,64,64');
  if (options.head.length === 0)
    throw new UsageError('--head needs at least one layer, for example 24,24,24');
  if (options.batch % 4 !== 0)
    throw new UsageError(`--batch must be a multiple of 4, the steps of a jet, not ${options.batch}`);
  if (options.cells % 2 !== 0)
    throw new UsageError(`--cells must be even: cells twice as wide are read too, not ${options.cells}`);
  inRange('leak', options.leak, 0, 1);
  inRange('lambda', options.lambda, 0, 1e9);
  inRange('epochs', options.epochs, 1e-6, 1e9);
  inRange('refine', options.refine, 0, 1e9);
  if (options.refine > 0 && options.network === 'paper')
    throw new UsageError(
      '--refine needs --network amortised or monotone: of the paper’s, every tau costs all',
    );
  inRange('learning-rate', options.learningRate, 1e-12, 10);
  inRange('refine-rate', options.refineRate, 1e-12, 10);
  inRange('ema', options.ema, 0, 0.999999);
  if (options.maxSeconds !== null) inRange('max-time', options.maxSeconds, 1, 1e9);
  for (const name of OPTIONS_OF_OTHERS[options.network])
    if (JSON.stringify(options[name]) !== JSON.stringify(DEFAULTS[name]))
      throw new UsageError(
        `${optionName(name)} does nothing with --network ${options.network}; leave it out`,
      );
  if (new Set(options.inputs).size < options.inputs.length)
    throw new UsageError(`--inputs names a column twice: ${options.inputs.join(', ')}`);
  const jetColumn = options.inputs.find((name) => JET_COLUMNS.has(name));
  if (jetColumn !== undefined)
    throw new UsageError(
      `--inputs takes columns beside the jets' own, not ${jetColumn}: the input jet is read as it is`,
    );
  if (options.weight !== null && options.inputs.includes(options.weight))
    throw new UsageError(
      `--weight ${options.weight} is one of --inputs; a jet's weight is not known when predicting`,
    );
  if (options.weight !== null && JET_COLUMNS.has(options.weight))
    throw new UsageError(`--weight must be a column beside the jets' own, not ${options.weight}`);
  return options;
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

function oneOf(name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value))
    throw new UsageError(`${typedAs(name)} must be one of ${choices.join(', ')}, not ${value}`);
}

function inRange(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most))
    throw new UsageError(`${typedAs(name)} must lie between ${least} and ${most}, not ${value}`);
}

/** As it is typed: learningRate → --set learning-rate */
export function optionName(name: string): string {
  if (name === 'maxSeconds') return '--max-time';
  return typedAs(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
}

function typedAs(name: string): string {
  return Object.hasOwn(SETTINGS, name) ? `--set ${name}` : `--${name}`;
}
