/**
 * conditional.onnx: one step of each row, its quantile and the slope of that quantile in tau, for distribution
 * functions, densities and medians. Inputs and outputs stand in src/model/graph-contract.ts.
 *
 * The slope is exact: beside every h the graph carries its tangent h' = dh / dtau, through a layer
 * z = W h + b,  z' = W h',  h_next = z s,  h_next' = z' s  with s = 1 where z > 0, else the LeakyReLU's slope.
 */

import type { AmortisedSpec, PaperSpec } from '../src/model/network-spec.js';
import { DATA_TYPE } from '../src/model/onnx-proto.js';
import { KNOWN_COUNT, STEP_COUNT } from '../src/model/steps.js';
import { LEAST_EXCESS, type TargetTransform } from '../src/model/transforms.js';
import { decidedBy, trunk, widthOf } from './head.js';
import { dense, rowLayout, stack } from './layout.js';
import { GraphBuilder, type Value } from './onnx.js';
import { parameter, type TrainedNetwork } from './trained-network.js';
import { affineTau, logitTau, standardisedInputs, wrapNodes } from './transform-nodes.js';

/** A value and its derivative with respect to tau. */
interface Dual {
  readonly value: Value;
  readonly tangent: Value;
}

export function conditionalGraph(trained: TrainedNetwork): GraphBuilder {
  const g = new GraphBuilder('conditional');
  const { inputs, targets, network } = trained;
  const jets = g.input('jets', ['N', inputs.length]);
  const knownRows = g.input('known', ['N', KNOWN_COUNT]);
  const step = g.node('Cast', [g.input('step', ['N'])], 'step_index', { to: { i: DATA_TYPE.int64 } });
  const tau = g.node('Reshape', [g.input('tau', ['N']), g.integers('one_row', [1, 1, -1])], 'tau_row');
  const slots = g.integers('slots', [0, 1, 2], [1, KNOWN_COUNT, 1]);
  const isKnown = g.node('Less', [slots, step], 'is_known');
  const columns = rowLayout.columns(g, jets, 'jet_columns');
  const row: Row = {
    x: standardisedInputs(g, columns, trained, rowLayout),
    step: oneHot(g, step),
    isKnown,
    known: knownTargets(g, columns, knownRows, isKnown, targets),
    tau: tauDuals(g, tau, network.tauInput),
  };
  const y =
    network.kind === 'paper' ? paperRow(g, trained, network, row) : amortisedRow(g, trained, network, row);
  const { value, tangent } = physicalDual(g, targets, jets, step, y);
  const flat = g.integers('flat', [-1]);
  g.output('value', g.node('Reshape', [value, flat], 'value_flat'), ['N']);
  g.output('slope', g.node('Reshape', [tangent, flat], 'slope_flat'), ['N']);
  return g;
}

/** What the network reads, feature-major. */
interface Row {
  /** [1, F, N], standardised. */
  readonly x: Value;
  /** [1, 4, N] */
  readonly step: Value;
  /** Which targets lie before the row's step, [1, 3, N]. */
  readonly isKnown: Value;
  /** [1, 3, N], standardised, zero from the row's own step on. */
  readonly known: Value;
  /** Each feature of tau, [1, T, N]. */
  readonly tau: Dual;
}

/** The standardised quantile [1, 1, N] of the paper's network. */
function paperRow(g: GraphBuilder, { weights }: TrainedNetwork, spec: PaperSpec, row: Row): Dual {
  const zeros = spec.inputs + STEP_COUNT + KNOWN_COUNT;
  let h: Dual = {
    value: stack(g, [row.x, row.step, row.known, row.tau.value], 'inputs'),
    tangent: g.node('Pad', [row.tau.tangent, g.integers('pads', [0, zeros, 0, 0, 0, 0])], 'inputs_tangent'),
  };
  for (let layer = 0; layer <= spec.depth; layer++) {
    const name = `dense${layer}`;
    const kernel = parameter(weights, `${name}/kernel`);
    const bias = parameter(weights, `${name}/bias`);
    const z = {
      value: dense(g, h.value, kernel, g.floats(bias.name, bias.values, bias.shape), name),
      tangent: dense(g, h.tangent, kernel, undefined, name),
    };
    h = layer < spec.depth ? leakyDual(g, z, spec.slope) : z;
  }
  return h;
}

/** The standardised quantile [1, 1, N] of the amortised network. */
function amortisedRow(g: GraphBuilder, trained: TrainedNetwork, spec: AmortisedSpec, row: Row): Dual {
  const { weights } = trained;
  const context = trunk(g, trained, spec, row.x, rowLayout);
  const decided = (name: string) => rowLayout.ofJets(g, context, [decidedBy(weights, name)], name)[0]!;
  // Of [1, 4 H, N], the H rows of the row's own step: times the one-hot [4, 1, N], summed over the steps.
  const selector = g.node('Reshape', [row.step, g.integers('step_first', [STEP_COUNT, 1, -1])], 'selector');
  const ofStep = (value: Value, width: number) => {
    const shape = g.integers(`steps_of${width}`, [STEP_COUNT, width, -1]);
    const selected = g.node('Mul', [g.node('Reshape', [value, shape], 'of_steps'), selector], 'selected');
    return g.node('ReduceSum', [selected, g.integers('first_axis', [0])], 'of_step', { keepdims: { i: 1 } });
  };
  const unit = spec.centreAndWidth
    ? { centre: decided('centre'), width: widthOf(g, decided('logWidth')) }
    : undefined;
  const known = unit ? knownInWidths(g, row, unit.centre, unit.width) : row.known;
  let h: Dual = {
    value: stack(g, [known, row.tau.value], 'inputs'),
    tangent: g.node(
      'Pad',
      [row.tau.tangent, g.integers('pads', [0, KNOWN_COUNT, 0, 0, 0, 0])],
      'inputs_tangent',
    ),
  };
  for (let layer = 0; layer < spec.head.length; layer++) {
    const kernel = parameter(weights, `head${layer}/kernel`);
    const bias = ofStep(decided(`condition${layer}`), spec.head[layer]!);
    const z = {
      value: g.node('Add', [dense(g, h.value, kernel, undefined, 'product'), bias], 'z'),
      tangent: dense(g, h.tangent, kernel, undefined, 'product_tangent'),
    };
    h = leakyDual(g, z, spec.slope);
  }
  const kernel = parameter(weights, 'output/kernel');
  const output = {
    value: dense(g, h.value, kernel, undefined, 'output'),
    tangent: dense(g, h.tangent, kernel, undefined, 'output_tangent'),
  };
  if (!unit) {
    const shift = ofStep(decided('shift'), 1);
    return { value: g.node('Add', [output.value, shift], 'y'), tangent: output.tangent };
  }
  const width = ofStep(unit.width, 1);
  const scaled = g.node('Mul', [output.value, width], 'scaled');
  return {
    value: g.node('Add', [scaled, ofStep(unit.centre, 1)], 'y'),
    tangent: g.node('Mul', [output.tangent, width], 'y_tangent'),
  };
}

/** (y' - mu) / sigma of the known targets, each with those of its own step; zero where not known. */
function knownInWidths(g: GraphBuilder, row: Row, centre: Value, width: Value): Value {
  const [centres, widths] = [centre, width].map((value) =>
    g.slice(value, 1, 0, KNOWN_COUNT, 'known_part'),
  ) as [Value, Value];
  const relative = g.node('Sub', [row.known, centres], 'known_off_centre');
  const scaled = g.node('Div', [relative, widths], 'known_in_widths');
  return g.node('Where', [row.isKnown, scaled, g.floats('zero', [0])], 'known_relative');
}

function leakyDual(g: GraphBuilder, z: Dual, slope: number): Dual {
  const positive = g.node('Greater', [z.value, g.floats('zero', [0])], 'is_positive');
  const factor = g.node(
    'Where',
    [positive, g.floats('one', [1]), g.floats('leak', [slope])],
    'slope_of_leaky',
  );
  return {
    value: g.node('Mul', [z.value, factor], 'h'),
    tangent: g.node('Mul', [z.tangent, factor], 'h_tangent'),
  };
}

/** tau [1, 1, N] → its features above each other, with d/dtau: 6 and 0.5 / (tau (1 - tau)). */
function tauDuals(g: GraphBuilder, tau: Value, tauInput: PaperSpec['tauInput']): Dual {
  const values: Value[] = [];
  const tangents: Value[] = [];
  const rest = g.node('Sub', [g.floats('one', [1]), tau], 'one_minus_tau');
  if (tauInput !== 'logit') {
    values.push(affineTau(g, tau));
    const zero = g.node('Mul', [tau, g.floats('zero', [0])], 'zero_row');
    tangents.push(g.node('Add', [zero, g.floats('six', [6])], 'affine_tangent'));
  }
  if (tauInput !== 'affine') {
    values.push(logitTau(g, tau));
    const product = g.node('Mul', [tau, rest], 'tau_spread');
    tangents.push(g.node('Div', [g.floats('half', [0.5]), product], 'logit_tangent'));
  }
  return { value: stack(g, values, 'tau_features'), tangent: stack(g, tangents, 'tau_tangents') };
}

/** step [N], whole numbers → [1, 4, N]. */
function oneHot(g: GraphBuilder, step: Value): Value {
  const steps = g.integers('steps', [0, 1, 2, 3], [1, STEP_COUNT, 1]);
  return g.node('Cast', [g.node('Equal', [steps, step], 'is_step')], 'one_hot', {
    to: { i: DATA_TYPE.float },
  });
}

/** The known targets as the network reads them: [1, 3, N], standardised, zero where not known. */
function knownTargets(
  g: GraphBuilder,
  jetColumns: Value,
  knownRows: Value,
  isKnown: Value,
  targets: readonly TargetTransform[],
): Value {
  const known = rowLayout.units(g, rowLayout.columns(g, knownRows, 'known_columns'), KNOWN_COUNT, 'known');
  const standardised = known.map((value, index) => {
    const { transform, offset, floor = 0, mean, sd, variable } = targets[index]!;
    const input = g.slice(jetColumns, 1, index, 1, `jet_${variable}`);
    const difference = () => g.node('Sub', [value, input], `${variable}_difference`);
    let relative: Value;
    if (transform === 'log-ratio') {
      const shift = g.floats('offset', [offset]);
      const shifted = [aboveFloor(g, value, floor, variable), input].map((of) =>
        g.node('Add', [of, shift], `${variable}_shifted`),
      );
      relative = g.node('Log', [g.node('Div', shifted, `${variable}_ratio`)], `${variable}_log_ratio`);
    } else {
      relative = transform === 'difference' ? difference() : wrapNodes(g, difference(), `${variable}_turned`);
    }
    const centred = g.node('Sub', [relative, g.floats('target_mean', [mean])], `${variable}_centred`);
    return g.node('Div', [centred, g.floats('target_sd', [sd])], `${variable}_standardised`);
  });
  return g.node('Where', [isKnown, stack(g, standardised, 'known_all'), g.floats('zero', [0])], 'known');
}

/** A known target's excess over the floor of its transform: transforms.ts, targetValue. */
function aboveFloor(g: GraphBuilder, value: Value, floor: number, variable: string): Value {
  if (floor === 0) return value;
  const excess = g.node('Sub', [value, g.floats(`${variable}_floor`, [floor])], `${variable}_excess`);
  return g.node('Max', [excess, g.floats('least_excess', [LEAST_EXCESS])], `${variable}_above_floor`);
}

/** The standardised quantile in physical units, and its slope with the Jacobian of the target's transform. */
function physicalDual(
  g: GraphBuilder,
  targets: readonly TargetTransform[],
  jets: Value,
  step: Value,
  y: Dual,
): Dual {
  const ofStep = (name: string, of: (target: TargetTransform) => number) =>
    g.node('Gather', [g.floats(name, targets.map(of), [targets.length]), step], `${name}_of_step`);
  const sd = ofStep('sds', (target) => target.sd);
  const offset = ofStep('offsets', (target) => target.offset);
  const index = g.node('Unsqueeze', [step, g.integers('last', [1])], 'step_column');
  const jet = g.node('GatherElements', [jets, index], 'jet_value_column', { axis: { i: 1 } });
  const input = g.node('Squeeze', [jet, g.integers('last', [1])], 'jet_value');
  const scaled = g.node('Mul', [y.value, sd], 'scaled');
  const value = g.node('Add', [scaled, ofStep('means', (target) => target.mean)], 'relative');
  const slope = g.node('Mul', [y.tangent, sd], 'relative_slope');
  const shifted = g.node('Add', [input, offset], 'shifted_input');
  const product = g.node('Mul', [g.node('Exp', [value], 'ratio'), shifted], 'product');
  const logs = targets.map(({ transform }) => transform === 'log-ratio');
  const isLog = g.node('Gather', [g.booleans('log_steps', logs), step], 'is_log_step');
  const lift = ofStep('lifts', (target) => (target.floor ?? 0) - target.offset);
  const fromLog = g.node('Add', [product, lift], 'from_log_ratio');
  const fromDifference = g.node('Add', [input, value], 'from_difference');
  return {
    value: g.node('Where', [isLog, fromLog, fromDifference], 'physical'),
    tangent: g.node('Where', [isLog, g.node('Mul', [product, slope], 'log_slope'), slope], 'physical_slope'),
  };
}
