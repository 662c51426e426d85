/** A trained network as a plain function of standardised rows, in TensorFlow.js: what export compares its graphs with. */
import type { NetworkSpec, Weights } from '../../src/model/network-spec.js';
import { STEP_COUNT } from '../../src/model/steps.js';
import { type Backend, loadBackend } from '../backend.js';
import { flatWeights } from '../parameters.js';
import { coordinateSlope } from '../tau.js';
import { createNetwork, takesWholeJets } from './create.js';

export interface LoadedNetwork {
  readonly backend: Backend;
  /**
   * @param inputs [rows, inputs] standardised.
   * @param steps [rows] 0 … 3.
   * @param known [rows, 3] standardised targets of the steps before; those of later steps are not read.
   * @param tau [rows] in (0, 1).
   * @returns quantile [rows] in standardised targets and slope [rows] = ∂quantile/∂tau.
   */
  evaluate(
    inputs: Float32Array,
    steps: Uint8Array,
    known: Float32Array,
    tau: Float32Array,
  ): { quantile: Float32Array; slope: Float32Array };
}

/** @param backend default: the fastest there is. */
export async function loadNetwork(
  spec: NetworkSpec,
  weights: Weights,
  backend?: Backend,
): Promise<LoadedNetwork> {
  const computing = backend ?? (await loadBackend());
  const network = createNetwork(spec, computing.kernels);
  const parameters = flatWeights(spec, weights);
  return {
    backend: computing,
    evaluate(inputs, steps, known, tau) {
      const jets = steps.length;
      const whole = takesWholeJets(spec);
      const targets = new Float32Array(jets * STEP_COUNT);
      for (let jet = 0; jet < jets; jet++)
        targets.set(known.subarray(jet * 3, jet * 3 + 3), jet * STEP_COUNT);
      const rowTau = whole
        ? Float32Array.from({ length: jets * STEP_COUNT }, (_, row) => tau[row >>> 2]!)
        : tau;
      const rowSteps = whole ? Uint8Array.from({ length: jets * STEP_COUNT }, (_, row) => row & 3) : steps;
      const rows = rowSteps.length;
      const batch = { rows, jets, inputs, steps: rowSteps, targets, tau: rowTau, weights: undefined };
      const outputs = network.forward(parameters, batch);
      const row = (jet: number) => (whole ? jet * STEP_COUNT + steps[jet]! : jet);
      const quantile = Float32Array.from(steps, (_, jet) => outputs.quantile[row(jet)]!);
      const slope = Float32Array.from(
        steps,
        (_, jet) => outputs.slope[row(jet)]! * coordinateSlope(spec.tauInput, tau[jet]!),
      );
      network.release();
      return { quantile, slope };
    },
  };
}
