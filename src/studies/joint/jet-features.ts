/** Jets as the joint tests look at them: input jets as features, target jets as responses. */
import { VARIABLES } from '../../jets/columns.js';
import { INPUT_TRANSFORMS, inputValue, TARGET_TRANSFORMS, targetValue } from '../../model/transforms.js';
import { mean, sd } from '../../stats/sum.js';

/** Features a jet. */
export const FEATURE_COUNT = 4;

/**
 * log pt, eta, phi, log(mass + 0.7), each with mean 0 and SD 1.
 *
 * @param jets [N, 4] row-major: pt [GeV], eta, phi [rad], mass [GeV].
 * @returns [N, 4] row-major; a constant column becomes 0.
 */
export function jetFeatures(jets: Float32Array): Float32Array {
  const count = jets.length / FEATURE_COUNT;
  const features = new Float32Array(jets.length);
  VARIABLES.forEach((variable, column) => {
    const values = Float64Array.from({ length: count }, (_, jet) =>
      inputValue(INPUT_TRANSFORMS[variable], jets[FEATURE_COUNT * jet + column]),
    );
    const centre = mean(values);
    const width = sd(values);
    for (let jet = 0; jet < count; jet++) {
      features[FEATURE_COUNT * jet + column] = width > 0 ? (values[jet] - centre) / width : 0;
    }
  });
  return features;
}

/**
 * Log ratios and differences of target jets to their input jets.
 *
 * @param values [N, S, 4], @param jets [N, 4].
 */
export function targetsOf(values: Float32Array, jets: Float32Array): Float32Array {
  const perJet = values.length / jets.length;
  const transforms = VARIABLES.map((variable) => TARGET_TRANSFORMS[variable]);
  return values.map((value, i) => {
    const k = i % 4;
    return targetValue(transforms[k], value, jets[4 * Math.floor(i / (4 * perJet)) + k]);
  });
}
