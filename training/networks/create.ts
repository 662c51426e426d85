/** A specification → the network that computes it. A new network is one line here. */
import type { NetworkSpec } from '../../src/model/network-spec.js';
import type { Kernels } from '../kernels/kernels.js';
import { amortisedNetwork } from './amortised.js';
import type { Network } from './network.js';
import { paperNetwork } from './paper.js';

export function createNetwork(spec: NetworkSpec, kernels: Kernels): Network {
  return spec.kind === 'paper' ? paperNetwork(spec, kernels) : amortisedNetwork(spec, kernels);
}

/** Whether a network takes the four steps of a jet at once. */
export function takesWholeJets(spec: NetworkSpec): boolean {
  return spec.kind === 'amortised';
}
