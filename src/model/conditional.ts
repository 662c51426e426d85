/** The conditional distribution of one step: what conditional.onnx computes, whoever runs it. */
export interface Conditional {
  /** Input columns a jet: 4, and one for each extra column of the card. */
  readonly inputs: number;
  /**
   * The tau-quantile of one target for each row, given the targets of the steps before it.
   *
   * @param jets [N, inputs] row-major, physical units.
   * @param known [N, 3] row-major: pt, eta, phi of the target jet, physical; those of the row's step and later ones are
   * not read, but must be there.
   * @param step [N]: 0 pt, 1 eta, 2 phi, 3 mass.
   * @param tau [N], in (0, 1).
   * @returns value [N], the quantile in physical units, increasing with tau: phi is not wrapped and may lie outside
   * (-pi, pi], mass may lie below zero where predictions are held at zero; slope [N], d value / d tau.
   */
  quantile(
    jets: Float32Array,
    known: Float32Array,
    step: BigInt64Array,
    tau: Float32Array,
  ): Promise<{
    /** [N] */
    value: Float32Array;
    /** [N] */
    slope: Float32Array;
  }>;
  /** Frees what the engine holds. */
  close(): Promise<void>;
}
