/** The graphs that sample: all four steps unrolled, each reading the targets before it. */

import { BLOCK_JETS } from '../src/model/graph-contract.js';
import { STEP_COUNT, STEPS } from '../src/model/steps.js';
import { LEAST_EXCESS, type TargetTransform } from '../src/model/transforms.js';
import { type Head, headOf, type StepOutput } from './head.js';
import { blockLayout, type Layout, rowLayout } from './layout.js';
import { GraphBuilder, type Value } from './onnx.js';
import type { TrainedNetwork } from './trained-network.js';
import { physicalNodes, standardisedInputs, tauFeatures, turnNodes } from './transform-nodes.js';

/** sampler.onnx: jets [N, F], tau [N, 4] → predictions [N, 4]. */
export function samplerGraph(trained: TrainedNetwork): GraphBuilder {
  const g = new GraphBuilder('sampler');
  const jets = g.input('jets', ['N', trained.inputs.length]);
  const tau = rowLayout.columns(g, g.input('tau', ['N', STEP_COUNT]), 'tau_columns');
  const predictions = unrolled(g, trained, jets, tau, rowLayout);
  const columns = g.node(
    'Reshape',
    [predictions, g.integers('columns', [STEP_COUNT, -1])],
    'prediction_columns',
  );
  const rows = g.node('Transpose', [columns], 'prediction_rows', { perm: { ints: [1, 0] } });
  g.output('predictions', rows, ['N', STEP_COUNT]);
  return g;
}

/** block.onnx: jets [J, F], tau [J, 4, S] → predictions [J, 4, S], J fixed: see layout.ts. */
export function blockGraph(trained: TrainedNetwork): GraphBuilder {
  const g = new GraphBuilder('block');
  const jets = g.input('jets', [BLOCK_JETS, trained.inputs.length]);
  const tau = g.input('tau', [BLOCK_JETS, STEP_COUNT, 'S']);
  const predictions = unrolled(g, trained, jets, tau, blockLayout(BLOCK_JETS));
  g.output('predictions', predictions, [BLOCK_JETS, STEP_COUNT, 'S']);
  return g;
}

/** jets [jets, F] and tau [B, 4, S] → predictions [B, 4, S]. */
function unrolled(g: GraphBuilder, trained: TrainedNetwork, jets: Value, tau: Value, layout: Layout): Value {
  const read = readJets(g, trained, jets, layout);
  const predictions = sampledValues(g, trained, read, tau, layout).map((value, step) =>
    physicalNodes(g, trained.targets[step]!, read.ofInput[step]!, value),
  );
  return g.node('Concat', predictions, 'all_steps', { axis: { i: 1 } });
}

/** What the graph reads of the jets. */
export interface ReadJets {
  readonly head: Head;
  /** pt, eta, phi, mass of the input jet, each [B, 1, W]. */
  readonly ofInput: readonly Value[];
}

export function readJets(g: GraphBuilder, trained: TrainedNetwork, jets: Value, layout: Layout): ReadJets {
  const columns = layout.columns(g, jets, 'jet_columns');
  return {
    head: headOf(g, trained, standardisedInputs(g, columns, trained, layout), layout),
    ofInput: layout.units(g, columns, trained.inputs.length, 'jet_column', STEP_COUNT),
  };
}

/** The values r of the four targets, see {@link StepOutput}, at tau [B, 4, S]. */
export function sampledValues(
  g: GraphBuilder,
  { targets, network }: TrainedNetwork,
  { head, ofInput }: ReadJets,
  tau: Value,
  layout: Layout,
): Value[] {
  const features = tauFeatures(g, tau, network.tauInput).map((feature) =>
    layout.units(g, feature, STEP_COUNT, 'tau_of_step'),
  );
  const known: Value[] = [];
  return STEPS.map((_, step) => {
    const output = head(
      step,
      known,
      features.map((feature) => feature[step]!),
    );
    known.push(knownOf(g, targets[step]!, ofInput[step]!, output));
    return output.value;
  });
}

/** What later steps read of a target: what conditional.onnx would make of the physical value. */
function knownOf(g: GraphBuilder, target: TargetTransform, input: Value, output: StepOutput): Value {
  if (target.transform === 'wrapped-difference') return wrappedKnown(g, output);
  return target.floor ? knownAboveFloor(g, target, input, output) : output.known;
}

/**
 * A target closer to its floor than LEAST_EXCESS is read as that far above it, as transforms.ts has it: so near, the
 * float32 of the physical value no longer says how far. Elsewhere nothing is added and the bits stay as they are.
 */
function knownAboveFloor(
  g: GraphBuilder,
  { variable, offset }: TargetTransform,
  input: Value,
  { known, value, unit }: StepOutput,
): Value {
  const shifted =
    offset === 0 ? input : g.node('Add', [input, g.floats('offset', [offset])], `${variable}_above`);
  const share = g.node('Div', [g.floats('least_excess', [LEAST_EXCESS + offset]), shifted], 'least_ratio');
  const least = g.node('Log', [share], 'least_value');
  const below = g.node('Sub', [least, value], 'below_least');
  const missing = g.node('Max', [below, g.floats('none_missing', [0])], 'missing');
  return g.node('Add', [known, g.node('Div', [missing, unit], 'missing_in_units')], 'known_above_floor');
}

/**
 * A difference in phi beyond half a turn is read by the next steps as the same jet's wrapped difference, so that what
 * they predict depends only on the physical jet. Nearly always no turn is taken away, and the bits stay as they are.
 */
function wrappedKnown(g: GraphBuilder, { known, value, unit }: StepOutput): Value {
  const turn = g.node('Div', [g.floats('two_pi', [2 * Math.PI]), unit], 'turn_in_units');
  const excess = g.node('Mul', [turnNodes(g, value, 'difference'), turn], 'excess');
  return g.node('Sub', [known, excess], 'known_wrapped');
}
