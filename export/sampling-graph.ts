/** The two graphs that sample: all four steps unrolled, each reading the targets before it. */

import { BLOCK_JETS } from '../src/model/graph-contract.js';
import { STEP_COUNT, STEPS } from '../src/model/steps.js';
import { headOf } from './head.js';
import { blockLayout, type Layout, rowLayout } from './layout.js';
import { GraphBuilder, type Value } from './onnx.js';
import type { TrainedNetwork } from './trained-network.js';
import { physicalNodes, standardisedInputs, tauFeatures } from './transform-nodes.js';

/** sampler.onnx: jets [N, F], tau [N, 4] → predictions [N, 4]. */
export function samplerGraph(trained: TrainedNetwork): GraphBuilder {
  const g = new GraphBuilder('sampler');
  const jets = g.input('jets', ['N', trained.inputs.length]);
  const tau = rowLayout.columns(g, g.input('tau', ['N', STEP_COUNT]), 'tau_columns');
  const predictions = unrolled(g, trained, jets, tau, rowLayout);
  const columns = g.node('Squeeze', [predictions, g.integers('first_axis', [0])], 'prediction_columns');
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
  const { inputs, targets, network } = trained;
  const columns = layout.columns(g, jets, 'jet_columns');
  const head = headOf(g, trained, standardisedInputs(g, columns, inputs), layout);
  const ofInput = g.split(
    columns,
    1,
    inputs.map(() => 1),
    'jet_column',
  );
  const features = tauFeatures(g, tau, network.tauInput);
  const known: Value[] = [];
  const predictions = STEPS.map((_, step) => {
    const output = head(step, known, features[step]!);
    known.push(output.known);
    return physicalNodes(g, targets[step]!, ofInput[step]!, output.value);
  });
  return g.node('Concat', predictions, 'all_steps', { axis: { i: 1 } });
}
