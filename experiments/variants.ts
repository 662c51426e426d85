/** The runs of the ablation: each differs from one of two base runs in one thing. */
import type { TrainingOptions } from '../training/options.js';

export interface Variant {
  /** Name of its run's folder. */
  readonly name: string;
  readonly options: Partial<TrainingOptions>;
  /** Epochs, in units of the base run's. */
  readonly epochs?: number;
}

export interface Group {
  readonly title: string;
  readonly names: readonly string[];
}

const PAPER = { network: 'paper' } as const;
const AMORTISED = { network: 'amortised' } as const;

export const VARIANTS: readonly Variant[] = [
  { name: 'paper', options: PAPER },
  { name: 'amortised', options: AMORTISED },
  { name: 'monotone', options: { network: 'monotone' } },
  { name: 'amortised-refined', options: { ...AMORTISED, refine: 5 } },
  { name: 'amortised-symmetric', options: { ...AMORTISED, symmetric: true } },
  { name: 'amortised-refined-symmetric', options: { ...AMORTISED, refine: 5, symmetric: true } },
  { name: 'amortised-lambda-0', options: { ...AMORTISED, lambda: 0 } },
  ...[0, 0.01, 1, 10, 100].map((lambda) => ({
    name: `paper-lambda-${lambda}`,
    options: { ...PAPER, lambda },
  })),
  { name: 'paper-logit', options: { ...PAPER, tauInput: 'logit' } },
  { name: 'paper-both', options: { ...PAPER, tauInput: 'both' } },
  { name: 'amortised-affine', options: { ...AMORTISED, tauInput: 'affine' } },
  { name: 'amortised-logit', options: { ...AMORTISED, tauInput: 'logit' } },
  { name: 'amortised-cells-0', options: { ...AMORTISED, cells: 0 } },
  { name: 'paper-tau-ends', options: { ...PAPER, tauSampling: 'ends' } },
  { name: 'paper-tau-arcsine', options: { ...PAPER, tauSampling: 'arcsine' } },
  { name: 'amortised-tau-uniform', options: { ...AMORTISED, tauSampling: 'uniform' } },
  { name: 'amortised-tau-ends', options: { ...AMORTISED, tauSampling: 'ends' } },
  ...[512, 16_384].flatMap((batch) => [
    { name: `paper-batch-${batch}`, options: { ...PAPER, batch } },
    { name: `amortised-batch-${batch}`, options: { ...AMORTISED, batch } },
  ]),
  ...[0.4, 2].flatMap((epochs) => [
    { name: `paper-epochs-x${epochs}`, options: PAPER, epochs },
    { name: `amortised-epochs-x${epochs}`, options: AMORTISED, epochs },
  ]),
  ...[2, 3].flatMap((seed) => [
    { name: `paper-seed-${seed}`, options: { ...PAPER, seed } },
    { name: `amortised-seed-${seed}`, options: { ...AMORTISED, seed } },
  ]),
];

/** What the others of the front are compared with: the shape that is shipped. */
export const FRONT_BASE = 'head-24-24-24-trunk-128';

/**
 * The front of speed and fidelity: heads, which every sample costs, and trunks, which a jet costs once. Trained as the
 * shipped networks are, but shorter. Their table is front.ts's.
 */
export const FRONT: readonly Variant[] = [
  { head: [16, 16, 16] },
  { head: [20, 20, 20] },
  { head: [24, 24, 24] },
  { head: [24, 24, 24], seed: 2 },
  { head: [32, 32, 32] },
  { head: [16, 16] },
  { head: [24, 24] },
  { head: [32, 32] },
  { head: [24, 24, 24], trunk: [64, 64, 64] },
  { head: [24, 24, 24], trunk: [256, 256, 256] },
].map(({ head, trunk = [128, 128, 128], seed = 1 }) => ({
  name: `head-${head.join('-')}-trunk-${trunk[0]}${seed === 1 ? '' : `-seed-${seed}`}`,
  epochs: 3,
  options: { ...AMORTISED, head, trunk, seed, refine: 15, symmetric: true },
}));

/** Weights of the penalty, 0 … 100; the base run has 0.1. */
const LAMBDAS = [
  'paper-lambda-0',
  'paper-lambda-0.01',
  'paper',
  'paper-lambda-1',
  'paper-lambda-10',
  'paper-lambda-100',
];

export const GROUPS: readonly Group[] = [
  { title: 'Weight of the penalty on crossing quantiles', names: LAMBDAS },
  { title: 'Free, regularised, monotone', names: ['amortised-lambda-0', 'amortised', 'monotone'] },
  {
    title: 'How tau enters',
    names: ['paper', 'paper-logit', 'paper-both', 'amortised-affine', 'amortised-logit', 'amortised'],
  },
  {
    title: 'Which tau are drawn',
    names: [
      'paper',
      'paper-tau-ends',
      'paper-tau-arcsine',
      'amortised',
      'amortised-tau-uniform',
      'amortised-tau-ends',
    ],
  },
  {
    title: 'Refined by the likelihood',
    names: ['amortised', 'amortised-epochs-x2', 'amortised-refined'],
  },
  {
    title: 'Mirrored and turned jets',
    names: ['amortised', 'amortised-symmetric', 'amortised-refined', 'amortised-refined-symmetric'],
  },
  { title: 'Cells of the calorimeter', names: ['amortised-cells-0', 'amortised'] },
  {
    title: 'Rows of a step',
    names: ['paper', 'amortised'].flatMap((name) => [`${name}-batch-512`, name, `${name}-batch-16384`]),
  },
  {
    title: 'Epochs',
    names: ['paper', 'amortised'].flatMap((name) => [`${name}-epochs-x0.4`, name, `${name}-epochs-x2`]),
  },
  {
    title: 'Three seeds',
    names: ['paper', 'amortised'].flatMap((name) => [name, `${name}-seed-2`, `${name}-seed-3`]),
  },
];
