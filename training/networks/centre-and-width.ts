/**
 * Centre mu and width sigma = exp(clip(logWidth)) of each step of each jet: the head predicts (y' - mu) / sigma and
 * reads the known targets in the same units.
 *
 *     f_k = mu_k + sigma_k o_k      slope_k = sigma_k u_k      known_j = (y'_j - mu_j) / sigma_j
 *
 * A network without them has mu for only a shift of f and sigma = 1, and reads the known targets as they are. All
 * arrays are [jets, 4]: four numbers a jet, so plain loops.
 */
import { type AmortisedSpec, LOG_WIDTH_LIMIT } from '../../src/model/network-spec.js';
import { KNOWN_COUNT, STEP_COUNT } from '../../src/model/steps.js';

export interface CentreAndWidth {
  readonly centre: Float32Array;
  readonly logWidth: Float32Array;
  readonly width: Float32Array;
}

export function centreAndWidth(centre: Float32Array, logWidth: Float32Array): CentreAndWidth {
  const width = logWidth.map((value) =>
    Math.exp(Math.max(-LOG_WIDTH_LIMIT, Math.min(LOG_WIDTH_LIMIT, value))),
  );
  return { centre, logWidth, width };
}

/**
 * Writes the known targets as the head reads them, zero where they are not known yet.
 *
 * @param features [4 jets, headInputs], the first three of each row written.
 */
export function writeKnown(
  spec: AmortisedSpec,
  { centre, width }: CentreAndWidth,
  targets: Float32Array,
  features: Float32Array,
  headInputs: number,
): void {
  for (let row = 0; row < targets.length; row++) {
    const step = row & 3;
    for (let i = 0; i < KNOWN_COUNT; i++) {
      const at = row - step + i;
      const value = spec.centreAndWidth ? (targets[at]! - centre[at]!) / width[at]! : targets[at]!;
      features[row * headInputs + i] = i < step ? value : 0;
    }
  }
}

/**
 * The loss's derivatives by centre and log width.
 *
 * @param output, slope what the head gave: o and u, if asked for it. @param features as {@link writeKnown} left them.
 * @param quantileGradient, slopeGradient the loss's derivatives by f and its slope.
 * @param knownGradient [4 jets, headInputs] those by the features.
 */
export function centreAndWidthGradient(
  { logWidth, width }: CentreAndWidth,
  { output, slope }: { readonly output: Float32Array; readonly slope: Float32Array | undefined },
  quantileGradient: Float32Array,
  slopeGradient: Float32Array | undefined,
  features: Float32Array,
  knownGradient: Float32Array,
): { centre: Float32Array; logWidth: Float32Array } {
  const rows = width.length;
  const headInputs = features.length / rows;
  const centre = Float32Array.from(quantileGradient);
  const log = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const bySlope = slope && slopeGradient ? slopeGradient[row]! * slope[row]! : 0;
    log[row] = width[row]! * (quantileGradient[row]! * output[row]! + bySlope);
  }
  for (let jet = 0; jet < rows; jet += STEP_COUNT) {
    for (let step = 1; step < STEP_COUNT; step++) {
      for (let i = 0; i < step; i++) {
        const place = (jet + step) * headInputs + i;
        centre[jet + i]! -= knownGradient[place]! / width[jet + i]!;
        log[jet + i]! -= knownGradient[place]! * features[place]!;
      }
    }
  }
  for (let row = 0; row < rows; row++) if (Math.abs(logWidth[row]!) > LOG_WIDTH_LIMIT) log[row] = 0;
  return { centre, logWidth: log };
}
