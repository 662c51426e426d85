/**
 * src/model/transforms.ts as nodes of a graph: physical units → what the network sees, and back.
 *
 * Every step is float32. phi stays inside (-pi, pi] although the float32 nearest to pi lies above it: wrapped values
 * are clamped to the largest float32 below pi.
 */

import type { TauInput } from '../src/model/network-spec.js';
import type { Harmonic, InputTransform, InputTransforms, TargetTransform } from '../src/model/transforms.js';
import { type Layout, stack } from './layout.js';
import type { GraphBuilder, Value } from './onnx.js';

/** 2 pi = 6.28125 + the rest: with so few digits a small multiple of the first part is exact (Cody and Waite, 1980). */
const TWO_PI_HIGH = 6.28125;
const TWO_PI_LOW = 2 * Math.PI - TWO_PI_HIGH;
/** 0x40490fda, the largest float32 below pi: 3.14159250. */
const PI_BELOW = new Float32Array(Uint32Array.of(0x40490fda).buffer)[0]!;
/** Float32 numbers of this size have no fraction: what is added to it and taken away again is rounded. */
const NO_FRACTION = 1.5 * 2 ** 23;

/** jets [B, F, W] in physical units → all that the network reads of them, [B, X, W], standardised. */
export function standardisedInputs(
  g: GraphBuilder,
  jets: Value,
  transforms: InputTransforms,
  layout: Layout,
): Value {
  const { inputs, harmonics = [] } = transforms;
  const x = standardisedColumns(g, jets, inputs);
  if (harmonics.length === 0) return x;
  const columns = layout.units(g, jets, inputs.length, 'column');
  const waves = (['sine', 'cosine'] as const).flatMap((wave) =>
    standardisedWaves(g, columns, transforms, wave),
  );
  return stack(g, [x, ...waves], 'x_and_harmonics');
}

/** The harmonics of one kind, [B, H, W]; none where there are none. The card lists sines before cosines. */
function standardisedWaves(
  g: GraphBuilder,
  jetColumns: readonly Value[],
  { inputs, harmonics = [] }: InputTransforms,
  wave: Harmonic['wave'],
): Value[] {
  const mine = harmonics.filter((harmonic) => harmonic.wave === wave);
  if (mine.length === 0) return [];
  const dims = [mine.length, 1];
  const mineOf = mine.map(({ column }) => jetColumns[inputs.findIndex((input) => input.column === column)]!);
  const columns = stack(g, mineOf, `${wave}_columns`);
  const number = (name: string, of: (harmonic: Harmonic) => number) =>
    g.floats(`${wave}_${name}`, mine.map(of), dims);
  const angles = g.node(
    'Mul',
    [columns, number('frequency', ({ frequency }) => frequency)],
    `${wave}_angles`,
  );
  const values = g.node(wave === 'sine' ? 'Sin' : 'Cos', [angles], `${wave}s`);
  const centred = g.node('Sub', [values, number('mean', ({ mean }) => mean)], `${wave}s_centred`);
  return [g.node('Div', [centred, number('sd', ({ sd }) => sd)], `x_of_${wave}s`)];
}

/** [B, F, W] standardised, without harmonics. A column is its logarithm plus 0, or log(1) plus itself. */
function standardisedColumns(g: GraphBuilder, jets: Value, inputs: readonly InputTransform[]): Value {
  const dims = [inputs.length, 1];
  const column = (name: string, of: (input: InputTransform) => number) =>
    g.floats(name, inputs.map(of), dims);
  const isLog = column('is_log', ({ transform }) => (transform === 'log' ? 1 : 0));
  const isOther = column('is_other', ({ transform }) => (transform === 'log' ? 0 : 1));
  const offset = column('offset', (input) => (input.transform === 'log' ? input.offset : 1));
  const positive = g.node('Add', [g.node('Mul', [jets, isLog], 'to_log'), offset], 'positive');
  const others = g.node('Mul', [jets, isOther], 'others');
  const values = g.node('Add', [g.node('Log', [positive], 'logs'), others], 'values');
  const mean = column('mean', (input) => input.mean);
  const sd = column('sd', (input) => input.sd);
  return g.node('Div', [g.node('Sub', [values, mean], 'centred'), sd], 'x');
}

/** The features of tau, each of its shape: 6 tau - 3, or 0.5 log(tau / (1 - tau)), or both. */
export function tauFeatures(g: GraphBuilder, tau: Value, tauInput: TauInput): Value[] {
  const features: Value[] = [];
  if (tauInput !== 'logit') features.push(affineTau(g, tau));
  if (tauInput !== 'affine') features.push(logitTau(g, tau));
  return features;
}

export function affineTau(g: GraphBuilder, tau: Value): Value {
  const scaled = g.node('Mul', [tau, g.floats('six', [6])], 'six_tau');
  return g.node('Sub', [scaled, g.floats('three', [3])], 'affine_tau');
}

export function logitTau(g: GraphBuilder, tau: Value): Value {
  const rest = g.node('Sub', [g.floats('one', [1]), tau], 'one_minus_tau');
  const odds = g.node('Div', [tau, rest], 'odds');
  return g.node('Mul', [g.node('Log', [odds], 'log_odds'), g.floats('half', [0.5])], 'logit_tau');
}

/**
 * What a target's transform gives back: `value` r (not standardised) relative to the input jet's `input`, physical.
 * Mass is not let below zero: no jet has less, so moving a prediction there from below never moves it away from a
 * true value, and since max(0, .) keeps the order the tau-quantile stays the tau-quantile.
 */
export function physicalNodes(g: GraphBuilder, target: TargetTransform, input: Value, value: Value): Value {
  const { variable, transform, offset, floor = 0 } = target;
  if (transform === 'difference') return g.node('Add', [input, value], variable);
  if (transform === 'wrapped-difference') {
    return wrapNodes(g, g.node('Add', [input, value], `${variable}_unwrapped`), variable);
  }
  const ratio = g.node('Exp', [value], `${variable}_ratio`);
  if (offset === 0) {
    if (floor === 0) return g.node('Mul', [ratio, input], variable);
    const excess = g.node('Mul', [ratio, input], `${variable}_excess`);
    return g.node('Add', [excess, g.floats(`${variable}_floor`, [floor])], variable);
  }
  const shift = g.floats(`${variable}_offset`, [offset]);
  const product = g.node(
    'Mul',
    [ratio, g.node('Add', [input, shift], `${variable}_shifted`)],
    `${variable}_product`,
  );
  const physical = g.node(
    'Sub',
    [product, g.floats(`${variable}_offset`, [offset - floor])],
    `${variable}_signed`,
  );
  return variable === 'mass' ? g.node('Max', [physical, g.floats('least_mass', [0])], variable) : physical;
}

/** phi - 2 pi round(phi / 2 pi), inside (-pi, pi]. */
export function wrapNodes(g: GraphBuilder, phi: Value, name: string): Value {
  const turns = turnNodes(g, phi, name);
  const high = g.node('Mul', [turns, g.floats('two_pi_high', [TWO_PI_HIGH])], `${name}_high`);
  const low = g.node('Mul', [turns, g.floats('two_pi_low', [TWO_PI_LOW])], `${name}_low`);
  const wrapped = g.node('Sub', [g.node('Sub', [phi, high], `${name}_near`), low], `${name}_wrapped`);
  return heldNodes(g, wrapped, PI_BELOW, name);
}

/** How many turns phi is beyond (-pi, pi]: phi / 2 pi, rounded by sums, since ROOT's SOFIE has no operator that rounds. */
export function turnNodes(g: GraphBuilder, phi: Value, name: string): Value {
  const share = g.node('Mul', [phi, g.floats('turns_a_radian', [1 / (2 * Math.PI)])], `${name}_share`);
  const large = g.floats('no_fraction', [NO_FRACTION]);
  return g.node('Sub', [g.node('Add', [share, large], `${name}_rounded`), large], `${name}_turns`);
}

/** `value` held in [-limit, limit]. */
export function heldNodes(g: GraphBuilder, value: Value, limit: number, name: string): Value {
  const low = g.node('Max', [value, g.floats('least', [-limit])], `${name}_from_below`);
  return g.node('Min', [low, g.floats('most', [limit])], name);
}
