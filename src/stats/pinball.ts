/**
 * The pinball loss of a quantile prediction: max(tau e, (tau - 1) e) with e = value - prediction.
 *
 * Its expectation is least where the prediction is the tau-quantile of the value (Koenker, Bassett, Econometrica 46
 * (1978)).
 */

/**
 * @param value what came true.
 * @param prediction the predicted tau-quantile, same unit.
 * @param tau in (0, 1).
 * @example pinball(3, 1, 0.9) // 1.8
 */
export function pinball(value: number, prediction: number, tau: number): number {
  const error = value - prediction;
  return error >= 0 ? tau * error : (tau - 1) * error;
}
