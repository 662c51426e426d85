/**
 * What a network looks like, in plain data: enough to rebuild it from its weights in any language.
 *
 * Weights are float32, kernels row-major [inputs, outputs]; names and shapes stand beside each network.
 * Activation: LeakyReLU with `slope` below zero after every hidden layer; the last layer is linear.
 */
import { KNOWN_COUNT, STEP_COUNT } from './steps.js';

/**
 * How tau enters. affine: 6 tau - 3 (the paper's code). logit: 0.5 log(tau / (1 - tau)).
 * both: the two, in that order.
 */
export type TauInput = 'affine' | 'logit' | 'both';

/**
 * The network of Kronheim, Kuchera, Prosper, Ramanujan, section 3.2. Input, in this order: x [inputs], one-hot step [4], known targets [3]
 * (standardised, zero where unknown), tau features. Weights: dense0 … denseD/{kernel,bias}, D = depth.
 */
export interface PaperSpec {
  /** Which kind of network. */
  readonly kind: 'paper';
  /** Numbers of a jet that it reads, after all transforms. */
  readonly inputs: number;
  /** Units of a hidden layer. */
  readonly width: number;
  /** Hidden layers. */
  readonly depth: number;
  /** Of LeakyReLU below zero. */
  readonly slope: number;
  /** How tau enters. */
  readonly tauInput: TauInput;
}

/** logWidth is clipped to [-4, 4] before its exponential. */
export const LOG_WIDTH_LIMIT = 4;

/**
 * A trunk of only x decides the biases of every layer of a narrow head on (known targets, tau).
 *
 *     c      = trunk(x)                                     trunk0 … /{kernel,bias}, every layer activated
 *     b_l,k  = (c · condition_l + bias)[k H_l … (k+1) H_l)  condition0 … /{kernel,bias}: [trunk, 4 H_l]
 *     h_0    = [known targets (3), tau features]
 *     h_l+1  = leaky(h_l · head_l + b_l,k)                  head0 … /kernel: no bias of its own
 *     f      = h_L · output + shift_k(c)                    output/kernel [H_L, 1]
 *
 * Without `centreAndWidth`: shift/{kernel,bias} [trunk, 4]. With it (mu and sigma one number a step,
 * centre/{kernel,bias}, logWidth/{kernel,bias} [trunk, 4], sigma = exp(clip(logWidth, -4, 4))), there is no
 * shift; the known targets enter as (y'_j - mu_j) / sigma_j (zero where unknown) and f = mu_k + sigma_k h_L · output.
 */
export interface AmortisedSpec {
  /** Which kind of network. */
  readonly kind: 'amortised';
  /** Numbers of a jet that it reads, after all transforms. */
  readonly inputs: number;
  /** Units of the trunk's layers. */
  readonly trunk: readonly number[];
  /** Units of the head's hidden layers. */
  readonly head: readonly number[];
  /** Of LeakyReLU below zero. */
  readonly slope: number;
  /** How tau enters. */
  readonly tauInput: TauInput;
  /** Whether the trunk also gives each step a centre and a width. */
  readonly centreAndWidth: boolean;
}

/** A network of any kind; `kind` tells which. */
export type NetworkSpec = PaperSpec | AmortisedSpec;

/** One weight: row-major values and their shape. */
export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}
export type Weights = Readonly<Record<string, Weight>>;

/** What the graphs call a weight: trunk0/kernel is trunk.0.weight, output/kernel is output.weight. */
export function parameterName(weight: string): string {
  const [, part, layer, kind] = /^([a-zA-Z]+)(\d*)\/(kernel|bias)$/.exec(weight)!;
  return [part, ...(layer ? [layer] : []), kind === 'kernel' ? 'weight' : 'bias'].join('.');
}

export function tauFeatureCount(tauInput: TauInput): number {
  return tauInput === 'both' ? 2 : 1;
}

/** Names and shapes of every weight of a network, in the order in which they are stored. */
export function weightShapes(spec: NetworkSpec): Record<string, number[]> {
  const tau = tauFeatureCount(spec.tauInput);
  const shapes: Record<string, number[]> = {};
  const dense = (name: string, inputs: number, outputs: number, bias = true) => {
    shapes[`${name}/kernel`] = [inputs, outputs];
    if (bias) shapes[`${name}/bias`] = [outputs];
  };
  if (spec.kind === 'paper') {
    const widths = [
      spec.inputs + STEP_COUNT + KNOWN_COUNT + tau,
      ...Array<number>(spec.depth).fill(spec.width),
      1,
    ];
    for (let layer = 0; layer <= spec.depth; layer++)
      dense(`dense${layer}`, widths[layer]!, widths[layer + 1]!);
    return shapes;
  }
  const trunk = [spec.inputs, ...spec.trunk];
  const context = trunk.at(-1)!;
  spec.trunk.forEach((width, layer) => {
    dense(`trunk${layer}`, trunk[layer]!, width);
  });
  const head = [KNOWN_COUNT + tau, ...spec.head];
  spec.head.forEach((width, layer) => {
    dense(`head${layer}`, head[layer]!, width, false);
    dense(`condition${layer}`, context, STEP_COUNT * width);
  });
  dense('output', head.at(-1)!, 1, false);
  if (spec.centreAndWidth) {
    dense('centre', context, STEP_COUNT);
    dense('logWidth', context, STEP_COUNT);
  } else dense('shift', context, STEP_COUNT);
  return shapes;
}

/** Number of trained numbers. */
export function parameterCount(spec: NetworkSpec): number {
  return Object.values(weightShapes(spec)).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

/** Multiplications for one prediction (four steps); what depends only on the jet is not counted for `amortised`. */
export function multiplicationsPerPrediction(spec: NetworkSpec): number {
  const tau = tauFeatureCount(spec.tauInput);
  const widths =
    spec.kind === 'paper'
      ? [spec.inputs + STEP_COUNT + KNOWN_COUNT + tau, ...Array<number>(spec.depth).fill(spec.width), 1]
      : [KNOWN_COUNT + tau, ...spec.head, 1];
  let row = 0;
  for (let layer = 0; layer + 1 < widths.length; layer++) row += widths[layer]! * widths[layer + 1]!;
  return STEP_COUNT * row;
}

/**
 * A network in one line, for people.
 *
 * @example networkInWords(card.network) // 'amortised: trunk 128-128-128, head 24-24-24, tau input both, …'
 */
export function networkInWords(spec: NetworkSpec): string {
  if (spec.kind === 'paper')
    return `paper: ${spec.depth} hidden layers of ${spec.width}, tau input ${spec.tauInput}`;
  const centre = spec.centreAndWidth ? ', centre and width from the trunk' : '';
  return `amortised: trunk ${spec.trunk.join('-')}, head ${spec.head.join('-')}, tau input ${spec.tauInput}${centre}`;
}
