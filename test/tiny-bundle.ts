/**
 * Small networks with random weights, and bundles made of them: for tests that need something that samples, not
 * something that is right. The same options give the same bundle.
 */
import { type CardFacts, makeBundle } from '../export/make-bundle.js';
import type { TrainedNetwork } from '../export/trained-network.js';
import { writeBundle } from '../export/write-bundle.js';
import { VARIABLES } from '../src/jets/columns.js';
import type { Bundle } from '../src/model/bundle.js';
import type { GenSpectrum } from '../src/model/gen-spectrum.js';
import { type NetworkSpec, type TauInput, type Weight, weightShapes } from '../src/model/network-spec.js';
import type { Task } from '../src/model/tasks.js';
import { INPUT_TRANSFORMS, TARGET_TRANSFORMS } from '../src/model/transforms.js';
import { philox4x32, STREAM } from '../src/stats/philox.js';
import { detectorHarmonics } from '../training/detector-harmonics.js';

export interface TinyOptions {
  readonly kind?: NetworkSpec['kind'];
  readonly task?: Task;
  readonly tauInput?: TauInput;
  /** Of the amortised network. */
  readonly centreAndWidth?: boolean;
  /** GeV below which no target pt lies. */
  readonly floor?: number;
  /** Input columns after the four variables. */
  readonly extras?: readonly string[];
  /** Of these in training. */
  readonly medians?: Readonly<Record<string, number>>;
  /** Cells around phi, whose harmonics the network reads. */
  readonly cells?: number;
  readonly seed?: number;
  /** Of the gen jets of training. */
  readonly spectrum?: GenSpectrum;
  /** What the card says of the training file. */
  readonly trainedOn?: { readonly name: string; readonly sha256: string; readonly rows: number };
  /** Instead of the tiny one. */
  readonly network?: NetworkSpec;
}

/** What the four inputs and targets are standardised with: near those of QCD jets. */
const INPUT_SPREADS = { pt: [5.2, 1.1], eta: [0.01, 1.8], phi: [0.02, 1.8], mass: [2.6, 0.8] } as const;
const TARGET_SPREADS = { pt: [0.03, 0.15], eta: [0, 0.03], phi: [0, 0.04], mass: [0.1, 0.3] } as const;

/** Writes a tiny bundle into `folder`, which need not be there yet. */
export async function makeTinyBundle(folder: string, options: TinyOptions = {}): Promise<Bundle> {
  const bundle = await tinyBundle(options);
  await writeBundle(folder, bundle);
  return { ...bundle, source: folder };
}

export async function tinyBundle(options: TinyOptions = {}): Promise<Bundle> {
  return makeBundle(tinyNetwork(options), tinyFacts(options));
}

/** A network whose outputs are of the size of a trained one's. */
export function tinyNetwork(options: TinyOptions = {}): TrainedNetwork {
  const { tauInput = 'logit', centreAndWidth = true, extras = [], cells = 0, seed = 1 } = options;
  const { kind = 'amortised' } = options;
  const harmonics = detectorHarmonics(cells).map((harmonic) => ({ ...harmonic, mean: 0.02, sd: 0.7 }));
  const inputs = VARIABLES.length + extras.length + harmonics.length;
  const tiny: NetworkSpec =
    kind === 'paper'
      ? { kind, inputs, width: 10, depth: 3, slope: 0.3, tauInput }
      : { kind, inputs, trunk: [8, 8], head: [6, 5], slope: 0.3, tauInput, centreAndWidth };
  const network = options.network ?? tiny;
  return {
    network,
    weights: randomWeights(network, seed),
    inputs: [
      ...VARIABLES.map((column) => ({
        column,
        ...INPUT_TRANSFORMS[column],
        mean: INPUT_SPREADS[column][0],
        sd: INPUT_SPREADS[column][1],
      })),
      ...extras.map((column) => ({ column, transform: 'identity' as const, offset: 0, mean: 20, sd: 6 })),
    ],
    ...(cells > 0 && { harmonics }),
    targets: VARIABLES.map((variable) => ({
      variable,
      ...TARGET_TRANSFORMS[variable],
      ...(variable === 'pt' && options.floor ? { floor: options.floor } : {}),
      mean: TARGET_SPREADS[variable][0],
      sd: TARGET_SPREADS[variable][1],
    })),
  };
}

/** Kernels uniform with a variance that keeps a layer's values near 1, small biases. */
export function randomWeights(network: NetworkSpec, seed: number): Record<string, Weight> {
  const words = new Uint32Array(4);
  let drawn = 0;
  const uniform = () => {
    philox4x32(words, drawn++, 0, 0, STREAM.tests, seed, 0);
    return (words[0]! / 2 ** 31 - 1) * Math.sqrt(3);
  };
  return Object.fromEntries(
    Object.entries(weightShapes(network)).map(([name, shape]) => {
      const scale =
        shape.length === 1 ? 0.1 : Math.sqrt(1.5 / shape[0]!) * (name.startsWith('logWidth') ? 0.2 : 1);
      const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => scale * uniform());
      return [name, { shape, values }];
    }),
  );
}

function tinyFacts({
  kind = 'amortised',
  task = 'simulation',
  seed = 1,
  spectrum,
  medians,
  trainedOn = { name: 'none', sha256: '0'.repeat(64), rows: 0 },
}: TinyOptions): CardFacts {
  return {
    name: `tiny-${kind}-${task}`,
    task,
    description: 'Random weights: only for tests.',
    intendedUse: 'Tests.',
    notFor: 'Anything else.',
    licence: 'MIT',
    training: {
      command: 'none',
      backend: 'none',
      data: {
        ...trainedOn,
        description: 'No data: the weights are random.',
      },
      split: { seed, train: 0, validation: 0, test: 0 },
      options: {},
      epochs: 0,
      steps: 0,
      seconds: 0,
    },
    ...(medians && { medians }),
    range: { pt: [10, 5000], eta: [-4.7, 4.7], phi: [-Math.PI, Math.PI], mass: [0, 500] },
    ...(spectrum && { spectrum }),
    versions: {},
  };
}
