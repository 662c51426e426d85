/**
 * What samples: something that turns jets and tau into predictions. ONNX Runtime sessions are one kind, the
 * reference detector of the tests, with its exact quantiles, another.
 */
export interface Session {
  /** Which engine this is, as `--engine` names it. */
  readonly engine: string;
  /** Input columns a jet: 4, and one for each extra column of the card. */
  readonly inputs: number;
  /**
   * S predictions for each of J jets.
   *
   * @param jets [J, inputs] row-major, physical units.
   * @param tau [J, 4, S] row-major, in (0, 1): for each jet S values for pt, then eta, phi, mass.
   * @param predictions [J, 4, S], written to: physical units, phi in (-pi, pi].
   * @param jetCount J.
   * @param sampleCount S.
   *
   * One prediction depends on its own jet and tau alone, to the last bit: not on J, S or its place.
   */
  predict(
    jets: Float32Array,
    tau: Float32Array,
    predictions: Float32Array,
    jetCount: number,
    sampleCount: number,
  ): Promise<void>;
  /** Frees what the engine holds. */
  close(): Promise<void>;
}
