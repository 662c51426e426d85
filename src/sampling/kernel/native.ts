/** The kernel in C++: kernel/add-jets.hpp and kernel/tau.hpp on memory that lies here. */
import { byVariable, VARIABLES } from '../../jets/columns.js';
import type { NativeAddon } from '../../model/native/addon.js';
import { philoxKey } from '../../stats/philox.js';
import { checkEdges } from '../accumulators/bin-lookup.js';
import { type Edges, spectrumEntries } from '../block-totals.js';
import { type Kernel, type KernelShape, rowStride, type StudyKernel } from './kernel.js';

/** @param level instruction set, one of the addon's levels(); default the best. All give the same bits. */
export function createNativeKernel(
  addon: NativeAddon,
  shape: KernelShape & { readonly edges: Edges },
  level?: string,
): StudyKernel;
export function createNativeKernel(addon: NativeAddon, shape: KernelShape, level?: string): Kernel;
export function createNativeKernel(
  addon: NativeAddon,
  shape: KernelShape,
  level: string = addon.levels()[0]!,
): Kernel | StudyKernel {
  const { samples, jetsPerGroup, edges } = shape;
  const [key0, key1] = philoxKey(shape.seed);
  const stride = rowStride(samples);
  const tau = new Float32Array(jetsPerGroup * 4 * stride);
  const kernel: Kernel = {
    name: 'native',
    stride,
    tau,
    predictions: new Float32Array(tau.length),
    fillTau: (firstJet, jetCount) =>
      addon.fillTau(level, tau, key0, key1, firstJet, jetCount, samples, stride),
  };
  return edges ? { ...kernel, ...accumulate(addon, shape, edges, kernel, level) } : kernel;
}

function accumulate(
  addon: NativeAddon,
  { samples, jetsPerBlock }: KernelShape,
  edges: Edges,
  { predictions, stride }: Kernel,
  level: string,
): Pick<StudyKernel, 'begin' | 'add' | 'end'> {
  for (const variable of VARIABLES) checkEdges(edges[variable]);
  const study = addon.openStudy(level, samples, edges.pt, edges.eta, edges.phi, edges.mass);
  const lengths = spectrumEntries(edges).map((entries) => entries * samples);
  const starts = lengths.map((_, step) => lengths.slice(0, step).reduce((sum, length) => sum + length, 0));
  const counts = new Uint16Array(starts[3]! + lengths[3]!);
  const less = new Uint16Array(VARIABLES.length * jetsPerBlock);
  const equal = new Uint16Array(less.length);
  const medians = new Float32Array(less.length);
  /** Jets of the block so far. */
  let place = 0;

  return {
    begin() {
      place = 0;
      // What waits of a block that was given up.
      addon.sweep(study, counts);
      counts.fill(0);
    },
    add(origins, gen, jetCount) {
      const sound = addon.addJets(
        study,
        predictions,
        stride,
        origins,
        gen,
        jetCount,
        counts,
        less,
        equal,
        medians,
        place,
      );
      place += jetCount;
      return sound;
    },
    end() {
      addon.sweep(study, counts);
      return {
        jetCount: place,
        variables: byVariable((_, step) => {
          const ofJets = [step * jetsPerBlock, step * jetsPerBlock + place] as const;
          return {
            counts: counts.subarray(starts[step], starts[step]! + lengths[step]!),
            less: less.subarray(...ofJets),
            equal: equal.subarray(...ofJets),
            median: medians.subarray(...ofJets),
          };
        }),
      };
    },
  };
}
