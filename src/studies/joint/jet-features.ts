/** Input jets as classifiers and correlations like them: log pt, eta, phi, log(mass + 0.7), each with mean 0 and SD 1. */
import { VARIABLES } from '../../jets/columns.js';
import { INPUT_TRANSFORMS, inputValue } from '../../model/transforms.js';
import { mean, sd } from '../../stats/sum.js';

/** Features a jet. */
export const FEATURE_COUNT = 4;

/**
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
