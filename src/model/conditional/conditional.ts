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
  /**
   * The same of a few jets, each asked many times: what a jet alone decides is computed once. Absent where that is no
   * faster: `quantilesOf`.
   *
   * @param jets [J, inputs] row-major, physical units; must not change while they are asked. 1.2 KB of memory each.
   */
  forJets?(jets: Float32Array): Promise<JetQuantiles>;
  /** Frees what the engine holds. */
  close(): Promise<void>;
}

/** The conditional distributions of J jets. */
export interface JetQuantiles {
  /**
   * As {@link Conditional.quantile}.
   *
   * @param rows [N]: which jet each row is of.
   * @param known [N, 3]
   * @param step [N]
   * @param tau [N]
   */
  quantile(
    rows: Uint32Array,
    known: Float32Array,
    step: Uint8Array,
    tau: Float32Array,
  ): Promise<{
    /** [N] */
    value: Float32Array;
    /** [N] */
    slope: Float32Array;
  }>;
}

/** What is asked of a {@link Conditional} by those who do not close it. */
export type Quantiles = Pick<Conditional, 'inputs' | 'quantile' | 'forJets'>;

/** The conditional distributions of jets [J, inputs], the fastest way that there is. */
export async function quantilesOf(conditional: Quantiles, jets: Float32Array): Promise<JetQuantiles> {
  if (conditional.forJets) return conditional.forJets(jets);
  const { inputs } = conditional;
  return {
    quantile(rows, known, step, tau) {
      const rowJets = new Float32Array(rows.length * inputs);
      for (let row = 0; row < rows.length; row++) {
        const from = rows[row]! * inputs;
        for (let k = 0; k < inputs; k++) rowJets[row * inputs + k] = jets[from + k]!;
      }
      return conditional.quantile(rowJets, known, BigInt64Array.from(step, BigInt), tau);
    },
  };
}
