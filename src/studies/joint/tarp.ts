/**
 * TARP, tests of accuracy with random points: the expected coverage of balls around reference points.
 *
 *     f_i = share of jet i's samples nearer to the reference r(x_i) than its true value;   right model: f uniform
 *     expected coverage at credibility 1 - alpha: share of jets with f < 1 - alpha
 *
 * Lemos, Coogan, Hezaveh, Perreault-Levasseur, arXiv 2302.03026, theorem 3. The references must vary with x, or a model
 * that ignores x passes: here r = A x + noise, A [4, 4] and the noise standard normal, in units of the jet's own
 * spread. Distances are Euclidean over the targets (log ratios and differences), standardised for each jet by the mean
 * and SD of further samples, which are used for nothing else. So the true value and the samples stay exchangeable, and
 * f = (less + v (equal + 1)) / (S + 1), v uniform, is uniform exactly, for every S.
 *
 * It cannot show errors that leave the distances to every reference as they are, and its power is spread over all
 * directions: a single wrong correlation moves it less than a classifier.
 */
import { makeGenerator } from '../../stats/generator.js';
import { type DifferenceBand, differenceBand, type EcdfDifference, ecdfDifference } from '../closure.js';
import { FEATURE_COUNT } from './jet-features.js';

/** What the generators of this study are for, see generator.ts. */
const USE = 2;
const TARGETS = 4;
/** Samples that set the unit of length, of those given. */
const SCALE_SHARE = 0.25;

/** Expected coverage of balls around random points: Lemos, Coogan, Hezaveh, Perreault-Levasseur, arXiv:2302.03026. */
export interface Tarp extends EcdfDifference {
  /** Samples a jet that were ranked. */
  readonly samples: number;
  /** Inside it the expected coverage minus the credibility stays. */
  readonly band: DifferenceBand;
}

/**
 * @param truth [N, 4] row-major, the true targets: see transforms.ts, targetValue.
 * @param samples [N, S, 4], targets of the model's samples, S ≥ 8.
 * @param features [N, 4], see jet-features.ts.
 */
export function tarp(truth: Float32Array, samples: Float32Array, features: Float32Array, seed: number): Tarp {
  const jets = truth.length / TARGETS;
  const perJet = samples.length / truth.length;
  const scaled = Math.max(4, Math.round(SCALE_SHARE * perJet));
  const shares = coverageShares(truth, samples, features, scaled, seed);
  return { samples: perJet - scaled, ...ecdfDifference(shares), band: differenceBand(jets) };
}

/** f of each jet, [N] in (0, 1). */
function coverageShares(
  truth: Float32Array,
  samples: Float32Array,
  features: Float32Array,
  scaled: number,
  seed: number,
): Float64Array {
  const jets = truth.length / TARGETS;
  const perJet = samples.length / truth.length;
  const generator = makeGenerator(seed, USE);
  const rotation = Float64Array.from({ length: TARGETS * FEATURE_COUNT }, generator.normal);
  const reference = new Float64Array(TARGETS);
  const weight = new Float64Array(TARGETS);
  const distance = (values: Float32Array, at: number) => {
    let sum = 0;
    for (let k = 0; k < TARGETS; k++) sum += weight[k] * (values[at + k] - reference[k]) ** 2;
    return sum;
  };
  const shares = new Float64Array(jets);
  for (let jet = 0; jet < jets; jet++) {
    const first = jet * perJet * TARGETS;
    const ranked = first + scaled * TARGETS;
    const end = first + perJet * TARGETS;
    for (let k = 0; k < TARGETS; k++) {
      const [mean, sd] = spread(samples, first + k, ranked + k);
      let place = generator.normal() / 2;
      for (let j = 0; j < FEATURE_COUNT; j++) {
        place += (rotation[TARGETS * k + j] * features[FEATURE_COUNT * jet + j]) / 2;
      }
      reference[k] = mean + sd * place;
      weight[k] = sd > 0 ? 1 / (sd * sd) : 0;
    }
    const own = distance(truth, TARGETS * jet);
    let [less, equal] = [0, 0];
    for (let at = ranked; at < end; at += TARGETS) {
      const other = distance(samples, at);
      if (other < own) less++;
      else if (other === own) equal++;
    }
    shares[jet] = (less + generator.uniform() * (equal + 1)) / (perJet - scaled + 1);
  }
  return shares;
}

/** Mean and SD of every fourth value in [from, to). */
function spread(values: Float32Array, from: number, to: number): [number, number] {
  const count = (to - from) / TARGETS;
  let sum = 0;
  for (let at = from; at < to; at += TARGETS) sum += values[at];
  const mean = sum / count;
  let squares = 0;
  for (let at = from; at < to; at += TARGETS) squares += (values[at] - mean) ** 2;
  return [mean, Math.sqrt(squares / count)];
}
