/**
 * src/model/transforms.ts as nodes of a graph: physical units → what the network sees, and back.
 *
 * Every step is float32. phi stays inside (-pi, pi] although the float32 nearest to pi lies above it: wrapped values
 * are clamped to the largest float32 below pi.
 */

import type { TauInput } from '../src/model/network-spec.js';
import { STEP_COUNT } from '../src/model/steps.js';
import type { Harmonic, InputTransform, InputTransforms, TargetTransform } from '../src/model/transforms.js';
import type { GraphBuilder, Value } from './onnx.js';

/** 2 pi = 6.28125 + the rest: with so few digits a small multiple of the first part is exact (Cody and Waite, 1980). */
const TWO_PI_HIGH = 6.28125;
const TWO_PI_LOW = 2 * Math.PI - TWO_PI_HIGH;
/** 0x40490fda, the largest float32 below pi: 3.14159250. */
const PI_BELOW = new Float32Array(Uint32Array.of(0x40490fda).buffer)[0]!;

/** jets [B, F, W] in physical units → all that the network reads of them, [B, X, W], standardised. */
export function standardisedInputs(g: GraphBuilder, jets: Value, transforms: InputTransforms): Value {
  const x = standardisedColumns(g, jets, transforms.inputs);
  const waves = (['sine', 'cosine'] as const).flatMap((wave) => standardisedWaves(g, jets, transforms, wave));
  return waves.length === 0 ? x : g.node('Concat', [x, ...waves], 'x_and_harmonics', { axis: { i: 1 } });
}

/** The harmonics of one kind, [B, H, W]; none where there are none. The card lists sines before cosines. */
function standardisedWaves(
  g: GraphBuilder,
  jets: Value,
  { inputs, harmonics = [] }: InputTransforms,
  wave: Harmonic['wave'],
): Value[] {
  const mine = harmonics.filter((harmonic) => harmonic.wave === wave);
  if (mine.length === 0) return [];
  const dims = [mine.length, 1];
  const indices = mine.map(({ column }) => inputs.findIndex((input) => input.column === column));
  const columns = g.node('Gather', [jets, g.integers(`columns_of_${wave}s`, indices)], `${wave}_columns`, {
    axis: { i: 1 },
  });
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

/** [B, F, W] standardised, without harmonics. */
function standardisedColumns(g: GraphBuilder, jets: Value, inputs: readonly InputTransform[]): Value {
  const dims = [inputs.length, 1];
  const column = (name: string, of: (input: InputTransform) => number) =>
    g.floats(name, inputs.map(of), dims);
  const logs = inputs.map(({ transform }) => transform === 'log');
  const isLog = g.booleans('is_log', logs, dims);
  const offset = column('offset', (input) => input.offset);
  const shifted = g.node('Add', [jets, offset], 'shifted');
  const positive = g.node('Where', [isLog, shifted, g.floats('one', [1])], 'positive');
  const values = g.node('Where', [isLog, g.node('Log', [positive], 'logs'), jets], 'values');
  const mean = column('mean', (input) => input.mean);
  const sd = column('sd', (input) => input.sd);
  return g.node('Div', [g.node('Sub', [values, mean], 'centred'), sd], 'x');
}

/** tau [B, 4, S] → for each step its features, each [B, 1, S]: 6 tau - 3, or 0.5 log(tau / (1 - tau)), or both. */
export function tauFeatures(g: GraphBuilder, tau: Value, tauInput: TauInput): Value[][] {
  const features: Value[] = [];
  if (tauInput !== 'logit') features.push(affineTau(g, tau));
  if (tauInput !== 'affine') features.push(logitTau(g, tau));
  const steps = features.map((feature) =>
    g.split(feature, 1, Array<number>(STEP_COUNT).fill(1), 'tau_of_step'),
  );
  return Array.from({ length: STEP_COUNT }, (_, step) => steps.map((feature) => feature[step]!));
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
  return variable === 'mass' ? g.node('Max', [physical, g.floats('zero', [0])], variable) : physical;
}

/** phi - 2 pi ceil((phi - pi) / 2 pi), inside (-pi, pi]. */
export function wrapNodes(g: GraphBuilder, phi: Value, name: string): Value {
  const turns = turnNodes(g, phi, name);
  const high = g.node('Mul', [turns, g.floats('two_pi_high', [TWO_PI_HIGH])], `${name}_high`);
  const low = g.node('Mul', [turns, g.floats('two_pi_low', [TWO_PI_LOW])], `${name}_low`);
  const wrapped = g.node('Sub', [g.node('Sub', [phi, high], `${name}_near`), low], `${name}_wrapped`);
  return g.node(
    'Clip',
    [wrapped, g.floats('lowest_phi', [-PI_BELOW]), g.floats('highest_phi', [PI_BELOW])],
    name,
  );
}

/** How many turns phi is beyond (-pi, pi]: ceil((phi - pi) / 2 pi). */
export function turnNodes(g: GraphBuilder, phi: Value, name: string): Value {
  const above = g.node('Sub', [phi, g.floats('pi', [Math.PI])], `${name}_above`);
  const share = g.node('Mul', [above, g.floats('turns_a_radian', [1 / (2 * Math.PI)])], `${name}_share`);
  return g.node('Ceil', [share], `${name}_turns`);
}
