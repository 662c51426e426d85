/**
 * Weights of an amortised network whose quantiles cannot cross: f rises with tau by the signs of its weights.
 *
 * Each head layer has context units, which no tau reaches, and tau units, of which one half rises with tau (s = +1)
 * and one half falls (s = -1). A weight from a to b is
 *
 *     W = V            from a context unit or a known target
 *     W = 0            from tau or a tau unit to a context unit
 *     W = s_a s_b V²   between tau units; tau itself and the output have s = +1
 *
 * so that h_b rises or falls with tau as s_b says, for any V. Rising units are convex in tau, the falling ones
 * enter the output with a negative weight and are concave: both together bend either way (Runje, Shankaranarayana,
 * "Constrained monotonic neural networks", arXiv:2205.11775, with the sign in the weights in place of a second
 * activation). Biases, centre and width are free. The plain W is what is validated, stored and exported: a network
 * of AmortisedSpec at its usual cost.
 */
import type { AmortisedSpec } from '../src/model/network-spec.js';
import { parameterCount } from '../src/model/network-spec.js';
import { KNOWN_COUNT } from '../src/model/steps.js';
import { weightViews } from './parameters.js';

/** Share of a head layer's units that are context units; the nearest whole number. */
const CONTEXT_SHARE = 1 / 3;

/** How one weight follows from its parameter. */
const FREE = 2;
/** What a unit is: tau does not reach it, or it rises or falls with tau. */
type Direction = 0 | 1 | -1;

export interface Fold {
  /** Plain weights of the parameters. @param weights written to. */
  fold(parameters: Float32Array, weights: Float32Array): void;
  /** From the loss's gradient by the weights to that by the parameters, in place. */
  gradient(parameters: Float32Array, gradient: Float32Array): void;
  /** Parameters that fold to weights of these sizes, sign and zeros aside, in place. */
  unfold(weights: Float32Array): void;
}

export function monotoneFold(spec: AmortisedSpec): Fold {
  const kinds = weightKinds(spec);
  return {
    fold(parameters, weights) {
      for (let i = 0; i < kinds.length; i++) {
        const v = parameters[i]!;
        weights[i] = kinds[i] === FREE ? v : kinds[i]! * v * v;
      }
    },
    gradient(parameters, gradient) {
      for (let i = 0; i < kinds.length; i++)
        if (kinds[i] !== FREE) gradient[i]! *= 2 * kinds[i]! * parameters[i]!;
    },
    unfold(weights) {
      for (let i = 0; i < kinds.length; i++)
        if (kinds[i] !== FREE) weights[i] = Math.sqrt(Math.abs(weights[i]!));
    },
  };
}

/** For each weight FREE, or the factor 0, 1, -1 of V². */
function weightKinds(spec: AmortisedSpec): Int8Array {
  const kinds = new Int8Array(parameterCount(spec)).fill(FREE);
  const views = weightViews(spec, kinds);
  const tauCount = views['head0/kernel']!.shape[0]! - KNOWN_COUNT;
  let from: Direction[] = [...Array<Direction>(KNOWN_COUNT).fill(0), ...Array<Direction>(tauCount).fill(1)];
  const constrain = (name: string, to: readonly Direction[]) => {
    const { values } = views[name]!;
    from.forEach((source, row) => {
      if (source !== 0)
        for (let column = 0; column < to.length; column++)
          values[row * to.length + column] = source * to[column]!;
    });
  };
  spec.head.forEach((width, layer) => {
    const to = directions(width);
    constrain(`head${layer}/kernel`, to);
    from = to;
  });
  constrain('output/kernel', [1]);
  return kinds;
}

/** Of the units of a layer: context units, then rising, then falling ones. At least one rises. */
function directions(width: number): Direction[] {
  const context = Math.min(width - 1, Math.round(CONTEXT_SHARE * width));
  const rising = Math.ceil((width - context) / 2);
  return Array.from({ length: width }, (_, i) => (i < context ? 0 : i < context + rising ? 1 : -1));
}
