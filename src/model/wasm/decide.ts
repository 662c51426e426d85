/** What jets alone decide of a network, in the kernel's memory: the trunk, and every bias, centre and width after it. */
import type { NetworkData } from '../network-data.js';
import { networkInputCount, writeNetworkInputs } from '../transforms.js';
import type { HeadExports } from './head.js';
import { JETS_TOGETHER, type NetworkMemory } from './memory.js';

/** Of up to four jets, `count` from `first` on of [N, inputs]: the address of [4, stride]; until the next call. */
export type Decide = (jets: Float32Array, first: number, count: number) => number;

export function createDecide(kernel: HeadExports, at: NetworkMemory, data: NetworkData): Decide {
  const columns = data.inputs.length;
  const x = new Float32Array(networkInputCount(data));
  const firstContext = new Float32Array(kernel.memory.buffer, at.context[0], JETS_TOGETHER * at.stride);
  return (jets, first, count) => {
    firstContext.fill(0);
    for (let jet = 0; jet < count; jet++) {
      writeNetworkInputs(data, jets.subarray((first + jet) * columns, (first + jet + 1) * columns), x);
      firstContext.set(x, jet * at.stride);
    }
    at.jetLayers.forEach((layer, index) => {
      const [from, to] = index % 2 === 0 ? at.context : [at.context[1], at.context[0]];
      const isActivated = index + 1 < at.jetLayers.length;
      kernel.denseOfJets(
        layer.kernel,
        layer.bias,
        layer.inputs,
        layer.width,
        from,
        to,
        at.stride,
        isActivated,
        at.slope,
      );
    });
    return at.context[at.jetLayers.length % 2]!;
  };
}
