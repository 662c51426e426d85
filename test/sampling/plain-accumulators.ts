/** Tau, ranks, medians and spectra in plain loops: what is meant, one jet and variable at a time. */
import { byVariable, VARIABLES } from '../../src/jets/columns.js';
import {
  type Accumulators,
  type BlockShape,
  checkEdges,
  rowStride,
  type TauRows,
} from '../../src/sampling/accumulators.js';
import { deltaPhi32, phiAt32 } from '../../src/sampling/prediction-rows.js';
import type { Edges } from '../../src/sampling/totals.js';
import { drawTau } from '../../src/stats/tau.js';

// Taken once, as in philox.ts.
const isNaN32 = Number.isNaN;
const { fround } = Math;

export function plainTauRows({ samples, jetsPerGroup }: BlockShape): TauRows {
  const stride = rowStride(samples);
  const tau = new Float32Array(jetsPerGroup * 4 * stride);
  return {
    stride,
    tau,
    predictions: new Float32Array(jetsPerGroup * 4 * stride),
    fillTau: (numbers) => drawTau(tau, numbers, 0, samples, stride),
  };
}

export function plainAccumulators({ samples, jetsPerBlock }: BlockShape, edges: Edges): Accumulators {
  for (const variable of VARIABLES) checkEdges(edges[variable]);
  const stride = rowStride(samples);
  const block = byVariable((variable) => ({
    counts: new Uint16Array(samples * (edges[variable].length + 1)),
    less: new Uint16Array(jetsPerBlock),
    equal: new Uint16Array(jetsPerBlock),
    median: new Float32Array(jetsPerBlock),
  }));
  let place = 0;
  return {
    begin() {
      place = 0;
      for (const variable of VARIABLES) block[variable].counts.fill(0);
    },
    add(predictions, origins, gen, jetCount) {
      let sound = true;
      for (let jet = 0; jet < jetCount; jet++, place++)
        VARIABLES.forEach((variable, step) => {
          const { counts, less, equal, median } = block[variable];
          const from = (jet * 4 + step) * stride;
          const values = predictions.slice(from, from + samples);
          let truth = gen[jet * 4 + step];
          const entries = edges[variable].length + 1;
          for (let sample = 0; sample < samples; sample++)
            counts[sample * entries + edgesBelow(edges[variable], values[sample])]++;
          if (variable === 'phi') {
            for (let i = 0; i < samples; i++) values[i] = deltaPhi32(values[i], origins[jet]);
            truth = deltaPhi32(truth, origins[jet]);
          }
          [less[place], equal[place]] = [0, 0];
          for (const value of values) {
            sound &&= !isNaN32(value);
            if (value < truth) less[place]++;
            else if (value === truth) equal[place]++;
          }
          const middle = medianOf(values);
          median[place] = variable === 'phi' ? phiAt32(origins[jet], middle) : middle;
        });
      return sound;
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
}

/** The spectrum entry of a value: 0 below the first edge, i + 1 in bin i, bins + 1 at or beyond the last edge. */
function edgesBelow(edges: Float32Array, value: number): number {
  let count = 0;
  while (count < edges.length && value >= edges[count]) count++;
  return count;
}

/** The middle value, or the mean of the middle two rounded once; a zero is positive. Sorts the values. */
function medianOf(values: Float32Array): number {
  values.sort();
  const half = values.length >> 1;
  if (values.length % 2 === 1) return values[half] + 0;
  return fround((values[half - 1] + values[half]) * 0.5) + 0;
}
