/** A bundle's native session, believed only after it has agreed with ONNX Runtime on a few predictions. */
import { BundleError } from '../../errors.js';
import { wrapPhi } from '../../jets/phi.js';
import type { Bundle } from '../bundle.js';
import { bundleWeights } from '../bundle-weights.js';
import type { Session } from '../session.js';
import { createSession } from '../session-node.js';
import { STEP_COUNT } from '../steps.js';
import { createNativeSession, type NativeOptions } from './session.js';

/** Jets and samples of the check: 64 predictions. */
const JETS = 4;
const SAMPLES = 16;
/**
 * The two round at different places: up to 8e-6 on the shipped bundles (relative in pt and mass + 1 GeV, radians in
 * angles), 1e-7 in the median. Another network, or one whose parts are put together otherwise, differs by its width.
 */
const TOLERANCE = 1e-4;

/** @throws BundleError where there is no addon or it does not take the bundle's network. */
export function openNative(bundle: Bundle, options?: NativeOptions): Session {
  const { network, inputs, harmonics, targets } = bundle.card;
  const data = { network, weights: bundleWeights(bundle), inputs, harmonics, targets };
  return createNativeSession(bundle.source, data, options);
}

/**
 * Compares 64 predictions over the range of the bundle's training jets with those of its graph.
 *
 * @throws BundleError where the native engine cannot run the bundle or predicts something else.
 */
export async function checkNative(bundle: Bundle): Promise<void> {
  const native = openNative(bundle);
  const ort = await createSession(bundle);
  try {
    const { inputs, range } = bundle.card;
    const jets = Float32Array.from({ length: JETS * inputs.length }, (_, at) => {
      const [low, high] = range[inputs[at % inputs.length]!.column] ?? [0, 1];
      // Inside, at places that differ from column to column.
      return low! + (high! - low!) * (0.05 + 0.9 * ((at * 0.618) % 1));
    });
    const tau = Float32Array.from(
      { length: JETS * STEP_COUNT * SAMPLES },
      (_, at) => ((at * 0.7549) % 1) * 0.998 + 0.001,
    );
    const [made, expected] = [new Float32Array(tau.length), new Float32Array(tau.length)];
    await native.predict(jets, tau, made, JETS, SAMPLES);
    await ort.predict(jets, tau, expected, JETS, SAMPLES);
    made.forEach((value, at) => {
      const step = Math.floor(at / SAMPLES) % STEP_COUNT;
      const difference = value - expected[at]!;
      const off =
        step === 0 || step === 3
          ? difference / (Math.abs(expected[at]!) + 1)
          : step === 2
            ? wrapPhi(difference)
            : difference;
      if (!(Math.abs(off) <= TOLERANCE))
        throw new BundleError(
          bundle.source,
          `the native engine predicts ${value} where the bundle's graph gives ${expected[at]}; use --engine ort`,
        );
    });
  } finally {
    await ort.close();
    await native.close();
  }
}
