/** A network as plain data, all that an engine of our own needs of a bundle. */
import type { NetworkSpec, Weights } from './network-spec.js';
import type { InputTransforms, TargetTransform } from './transforms.js';

export interface NetworkData extends InputTransforms {
  readonly network: NetworkSpec;
  readonly weights: Weights;
  /** In the order of the steps. */
  readonly targets: readonly TargetTransform[];
}
