/** The conditional distributions by an engine of our own where it computes what the bundle's graph does, else by the graph. */
import { BundleError } from '../../errors.js';
import type { Bundle } from '../bundle.js';
import { checkJets, offOf, TOLERANCE } from '../check-session.js';
import { KNOWN_COUNT, STEP_COUNT } from '../steps.js';
import type { Conditional } from './conditional.js';

const JETS = 4;
/** For each jet; 64 rows in all. */
const TAUS = [0.02, 0.3, 0.6, 0.95];
/** Rounding leaves 1e-4 of slopes, and of values what it leaves in check-session.ts; another network differs by its width. */
const SLOPE_TOLERANCE = 1e-2;

/**
 * @param graph the bundle's, in ONNX Runtime; closed where it is not needed.
 * @param open an engine of our own; a BundleError of it leaves the graph.
 */
export async function fastestConditional(
  bundle: Bundle,
  graph: Conditional,
  open: () => Promise<Conditional>,
): Promise<Conditional> {
  try {
    const ours = await open();
    if (!(await agree(bundle, ours, graph))) return graph;
    await graph.close();
    return ours;
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    return graph;
  }
}

/** On all four steps, each given what the graph makes of those before it. */
async function agree(bundle: Bundle, ours: Conditional, graph: Conditional): Promise<boolean> {
  const { inputs } = graph;
  const some = checkJets(bundle, JETS);
  const rows = JETS * TAUS.length;
  const jets = Float32Array.from(
    { length: rows * inputs },
    (_, at) => some[Math.floor(at / inputs / TAUS.length) * inputs + (at % inputs)]!,
  );
  const tau = Float32Array.from({ length: rows }, (_, row) => TAUS[row % TAUS.length]!);
  const known = new Float32Array(rows * KNOWN_COUNT).fill(1);
  for (let step = 0; step < STEP_COUNT; step++) {
    const steps = new BigInt64Array(rows).fill(BigInt(step));
    const expected = await graph.quantile(jets, known, steps, tau);
    const made = await ours.quantile(jets, known, steps, tau);
    for (let row = 0; row < rows; row++) {
      const [value, slope] = [expected.value[row]!, expected.slope[row]!];
      if (!(Math.abs(offOf(step, made.value[row]!, value)) <= TOLERANCE)) return false;
      if (!(Math.abs(made.slope[row]! - slope) <= SLOPE_TOLERANCE * Math.abs(slope))) return false;
      if (step < KNOWN_COUNT) known[row * KNOWN_COUNT + step] = value;
    }
  }
  return true;
}
