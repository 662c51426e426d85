/** Whether an engine of our own predicts what the bundle's graph does: asked before it is believed. */
import { BundleError } from '../errors.js';
import { wrapPhi } from '../jets/phi.js';
import type { Bundle } from './bundle.js';
import type { Session } from './session.js';
import { STEP_COUNT } from './steps.js';

/** Jets and samples of the check: 64 predictions. */
const JETS = 4;
const SAMPLES = 16;
/**
 * Programs that round at different places: up to 1.2e-5 on the shipped bundles (relative in pt and mass + 1 GeV, radians in
 * angles), 1e-7 in the median. Another network, or one whose parts are put together otherwise, differs by its width.
 */
export const TOLERANCE = 1e-4;

/**
 * Compares 64 predictions over the range of the bundle's training jets.
 *
 * @param graph the bundle's graph in ONNX Runtime.
 * @throws BundleError where the two differ by more than rounding.
 */
export async function checkSession(bundle: Bundle, session: Session, graph: Session): Promise<void> {
  const { source } = bundle;
  const jets = checkJets(bundle, JETS);
  const tau = Float32Array.from(
    { length: JETS * STEP_COUNT * SAMPLES },
    (_, at) => ((at * 0.7549) % 1) * 0.998 + 0.001,
  );
  const [made, expected] = [new Float32Array(tau.length), new Float32Array(tau.length)];
  await session.predict(jets, tau, made, JETS, SAMPLES);
  await graph.predict(jets, tau, expected, JETS, SAMPLES);
  made.forEach((value, at) => {
    const step = Math.floor(at / SAMPLES) % STEP_COUNT;
    if (!(Math.abs(offOf(step, value, expected[at]!)) <= TOLERANCE))
      throw new BundleError(
        source,
        `the ${session.engine} engine predicts ${value} where the bundle's graph gives ${expected[at]}; use --engine ort`,
      );
  });
}

/** How far two values of a step are apart: relative in pt and mass + 1 GeV, radians in angles. */
export function offOf(step: number, value: number, expected: number): number {
  const difference = value - expected;
  if (step === 0 || step === 3) return difference / (Math.abs(expected) + 1);
  return step === 2 ? wrapPhi(difference) : difference;
}

/** Jets over the range of the training jets, [count, inputs]. */
export function checkJets({ card: { inputs, range } }: Bundle, count: number): Float32Array {
  return Float32Array.from({ length: count * inputs.length }, (_, at) => {
    const [low, high] = range[inputs[at % inputs.length]!.column] ?? [0, 1];
    // Inside, at places that differ from column to column.
    return low! + (high! - low!) * (0.05 + 0.9 * ((at * 0.618) % 1));
  });
}
