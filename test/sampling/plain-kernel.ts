/** The kernel in plain TypeScript: what is meant, one jet and variable at a time. */
import { byVariable, VARIABLES, type Variable } from '../../src/jets/columns.js';
import { deltaPhi32, phiAt32 } from '../../src/sampling/delta-phi.js';
import {
  type KernelShape,
  rowStride,
  type StudyKernel,
  type TauKernel,
} from '../../src/sampling/study-kernel.js';
import type { Edges } from '../../src/sampling/totals.js';
import { fillTau } from '../../src/stats/tau.js';
import { type BinLookup, createBinLookup, findEntries } from './accumulators/bin-lookup.js';
import { medianOf } from './accumulators/median.js';
import { rankOf } from './accumulators/rank.js';

/** Taken once, as in philox.ts. */
const isNaN32 = Number.isNaN;

export function createPlainKernel(shape: KernelShape & { readonly edges: Edges }): StudyKernel;
export function createPlainKernel(shape: KernelShape): TauKernel;
export function createPlainKernel(shape: KernelShape): TauKernel | StudyKernel {
  const { samples, jetsPerGroup, seed, edges } = shape;
  const stride = rowStride(samples);
  const kernel: TauKernel = {
    name: 'plain',
    stride,
    tau: new Float32Array(jetsPerGroup * 4 * stride),
    predictions: new Float32Array(jetsPerGroup * 4 * stride),
    fillTau(firstJet, jetCount) {
      fillTau(this.tau, seed, firstJet, jetCount, 0, samples, stride);
    },
  };
  return edges ? { ...kernel, ...accumulate(shape, edges, kernel.predictions) } : kernel;
}

function accumulate(
  { samples, jetsPerBlock }: KernelShape,
  edges: Edges,
  predictions: Float32Array,
): Pick<StudyKernel, 'begin' | 'add' | 'end'> {
  const stride = rowStride(samples);
  const bits = new Int32Array(predictions.buffer);
  const lookups = byVariable((variable) => createBinLookup(edges[variable]));
  const block = byVariable((variable) => ({
    counts: new Uint16Array(samples * lookups[variable].entries),
    less: new Uint16Array(jetsPerBlock),
    equal: new Uint16Array(jetsPerBlock),
    median: new Float32Array(jetsPerBlock),
  }));
  const entries = new Uint8Array(samples);
  const scratch = new Float32Array(samples);
  const rank = new Uint32Array(2);
  let place = 0;

  return {
    begin() {
      place = 0;
      for (const variable of VARIABLES) block[variable].counts.fill(0);
    },
    add(origins, gen, jetCount) {
      let finite = true;
      for (let jet = 0; jet < jetCount; jet++, place++) {
        VARIABLES.forEach((variable, step) => {
          const from = (jet * 4 + step) * stride;
          countEntries(lookups[variable], block[variable].counts, from);
          const relative = variable === 'phi';
          if (relative) subtractOrigin(predictions, from, samples, origins[jet]);
          finite &&= !hasNaN(predictions, from, samples);
          const truth = gen[jet * 4 + step];
          addJet(variable, from, relative ? deltaPhi32(truth, origins[jet]) : truth);
          if (relative) block.phi.median[place] = phiAt32(origins[jet], block.phi.median[place]);
        });
      }
      return finite;
    },
    end: () => ({
      jetCount: place,
      variables: byVariable((variable) => ({
        counts: block[variable].counts,
        less: block[variable].less.subarray(0, place),
        equal: block[variable].equal.subarray(0, place),
        median: block[variable].median.subarray(0, place),
      })),
    }),
  };

  function addJet(variable: Variable, from: number, truth: number): void {
    const { less, equal, median } = block[variable];
    rankOf(rank, truth, predictions, from, samples);
    less[place] = rank[0];
    equal[place] = rank[1];
    median[place] = medianOf(predictions, from, samples, scratch);
  }

  /** One more count in the spectrum of each replicate. */
  function countEntries(lookup: BinLookup, counts: Uint16Array, from: number): void {
    findEntries(lookup, predictions, bits, from, samples, entries, 0);
    for (let sample = 0; sample < samples; sample++) counts[sample * lookup.entries + entries[sample]]++;
  }
}

function subtractOrigin(values: Float32Array, from: number, count: number, origin: number): void {
  for (let i = from; i < from + count; i++) values[i] = deltaPhi32(values[i], origin);
}

function hasNaN(values: Float32Array, from: number, count: number): boolean {
  for (let i = from; i < from + count; i++) if (isNaN32(values[i])) return true;
  return false;
}
