/**
 * An engine: what turns jets and tau into predictions, and answers for single conditional rows. ONNX Runtime is one, the
 * kernel of our own in its two compilations the other two; the reference detector of the tests, with its exact quantiles,
 * only samples.
 */
import { BundleError } from '../errors.js';
import { wrapPhi } from '../jets/phi.js';
import type { Bundle } from '../model/bundle.js';
import { KNOWN_COUNT, STEP_COUNT } from '../model/steps.js';
import type { Kernel } from './kernel.js';

/** What samples. */
export interface Session {
  /** Which engine this is, as `--engine` names it. */
  readonly engine: string;
  /** Input columns a jet: 4, and one for each extra column of the card. */
  readonly inputs: number;
  /**
   * What it computes with, where that is the kernel of our own: others may work in the same memory.
   *
   * @internal
   */
  readonly kernel?: Kernel;
  /**
   * S predictions for each of J jets.
   *
   * @param jets [J, inputs] row-major, physical units.
   * @param tau [J, 4, S] row-major, in (0, 1): for each jet S values for pt, then eta, phi, mass.
   * @param predictions [J, 4, S], written to: physical units, phi in (-pi, pi].
   * @param jetCount J.
   * @param sampleCount S.
   *
   * One prediction depends only on its own jet and tau, to the last bit: not on J, S or its place.
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

/** What answers for single rows: the conditional distribution of one step, as conditional.onnx has it. */
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
    step: Uint8Array,
    tau: Float32Array,
  ): Promise<{
    /** [N] */
    value: Float32Array;
    /** [N] */
    slope: Float32Array;
  }>;
  /**
   * The same of a few jets, each asked many times: what only the jet decides is computed once. Absent where that is no
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
      return conditional.quantile(rowJets, known, step, tau);
    },
  };
}

/** An open bundle: it samples, and gives quantile and slope of single rows. */
export interface Engine extends Session, Conditional {}

/** @throws RangeError where an array handed to an engine is too short. */
export function checkLength(name: string, { length }: { readonly length: number }, needed: number): void {
  if (length < needed) throw new RangeError(`${name} has ${length} values, ${needed} are needed`);
}

/** Jets and samples of the check: 64 predictions, and 64 rows at these tau. */
const JETS = 4;
const SAMPLES = 16;
const TAUS = [0.02, 0.3, 0.6, 0.95];
/**
 * Programs that round at different places: up to 1.2e-5 on the shipped bundles (relative in pt and mass + 1 GeV, radians in
 * angles), 1e-7 in the median, and 1e-4 of slopes. Another network, or one whose parts are put together otherwise, differs
 * by its width.
 */
const TOLERANCE = 1e-4;
const SLOPE_TOLERANCE = 1e-2;

/**
 * Compares 64 predictions and 64 conditional rows over the range of the bundle's training jets: an engine of our own reads
 * a graph's weights and not what it does with them, so it is trusted only then.
 *
 * @param graph the bundle in ONNX Runtime.
 * @throws BundleError where the two differ by more than rounding.
 */
export async function checkEngine(bundle: Bundle, engine: Engine, graph: Engine): Promise<void> {
  const jets = checkJets(bundle, JETS);
  const tau = Float32Array.from(
    { length: JETS * STEP_COUNT * SAMPLES },
    (_, at) => ((at * 0.7549) % 1) * 0.998 + 0.001,
  );
  const [made, expected] = [new Float32Array(tau.length), new Float32Array(tau.length)];
  await engine.predict(jets, tau, made, JETS, SAMPLES);
  await graph.predict(jets, tau, expected, JETS, SAMPLES);
  made.forEach((value, at) => {
    const step = Math.floor(at / SAMPLES) % STEP_COUNT;
    if (!(Math.abs(offOf(step, value, expected[at]!)) <= TOLERANCE))
      throw differs(bundle, engine, `predicts ${value}`, expected[at]!);
  });
  await checkRows(bundle, engine, graph, jets);
}

/** All four steps, each given what the graph makes of those before it. */
async function checkRows(bundle: Bundle, engine: Engine, graph: Engine, some: Float32Array): Promise<void> {
  const { inputs } = graph;
  const rows = JETS * TAUS.length;
  const jets = Float32Array.from(
    { length: rows * inputs },
    (_, at) => some[Math.floor(at / inputs / TAUS.length) * inputs + (at % inputs)]!,
  );
  const tau = Float32Array.from({ length: rows }, (_, row) => TAUS[row % TAUS.length]!);
  const known = new Float32Array(rows * KNOWN_COUNT).fill(1);
  for (let step = 0; step < STEP_COUNT; step++) {
    const steps = new Uint8Array(rows).fill(step);
    const expected = await graph.quantile(jets, known, steps, tau);
    const made = await engine.quantile(jets, known, steps, tau);
    for (let row = 0; row < rows; row++) {
      const [value, slope] = [expected.value[row]!, expected.slope[row]!];
      if (!(Math.abs(offOf(step, made.value[row]!, value)) <= TOLERANCE))
        throw differs(bundle, engine, `has the quantile ${made.value[row]}`, value);
      if (!(Math.abs(made.slope[row]! - slope) <= SLOPE_TOLERANCE * Math.abs(slope)))
        throw differs(bundle, engine, `has the slope ${made.slope[row]}`, slope);
      if (step < KNOWN_COUNT) known[row * KNOWN_COUNT + step] = value;
    }
  }
}

function differs({ source }: Bundle, { engine }: Engine, found: string, expected: number): BundleError {
  return new BundleError(
    source,
    `the ${engine} engine ${found} where the bundle's graph gives ${expected}; use --engine ort`,
  );
}

/** How far two values of a step are apart: relative in pt and mass + 1 GeV, radians in angles. */
function offOf(step: number, value: number, expected: number): number {
  const difference = value - expected;
  if (step === 0 || step === 3) return difference / (Math.abs(expected) + 1);
  return step === 2 ? wrapPhi(difference) : difference;
}

/** Jets over the range of the training jets, [count, inputs]. */
function checkJets({ card: { inputs, range } }: Bundle, count: number): Float32Array {
  return Float32Array.from({ length: count * inputs.length }, (_, at) => {
    const [low, high] = range[inputs[at % inputs.length]!.column] ?? [0, 1];
    // Inside, at places that differ from column to column.
    return low! + (high! - low!) * (0.05 + 0.9 * ((at * 0.618) % 1));
  });
}
