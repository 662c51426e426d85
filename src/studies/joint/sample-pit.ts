/**
 * The PIT of each variable from the rank of the true value among the samples, whatever the other variables are: what
 * the paper's closure test looks at. u = (less + v (equal + 1)) / (S + 1), uniform exactly if the model is right.
 */
import type { Generator } from '../../stats/generator.js';

/**
 * @param truth [N], @param samples [N, S] of one variable; phi as wrapped differences to the input jet's.
 * @returns [N] in (0, 1).
 */
export function samplePits(truth: Float32Array, samples: Float32Array, generator: Generator): Float64Array {
  const perJet = samples.length / truth.length;
  return Float64Array.from(truth, (value, jet) => {
    let [less, equal] = [0, 0];
    for (let at = jet * perJet; at < (jet + 1) * perJet; at++) {
      if (samples[at] < value) less++;
      else if (samples[at] === value) equal++;
    }
    return (less + generator.uniform() * (equal + 1)) / (perJet + 1);
  });
}
