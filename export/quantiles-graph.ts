/**
 * quantiles.onnx: jets [J, F] → quantiles [J, 4 L], one input and one output, which is what CMSSW's
 * BaseMVAValueMapProducer runs by configuration.
 *
 * They are quantiles of one variable by itself, as `jet-iqn predict` gives them. Those of pt, the first
 * step, are the network's own. Those of eta, phi and mass are integrals over the steps before them: the jet is sampled
 * at {@link POINTS} points of tau, the same for every jet, and the samples are sorted, phi as its difference to the jet's. The points are a rank-1 lattice
 * (Korobov 1959), evenly spread in all four dimensions together: on the shipped models a quantile lies some 0.005 from
 * its level, less than half as far as one of 1000 random samples.
 */
import { STEP_COUNT } from '../src/model/steps.js';
import { gridLayout } from './layout.js';
import { GraphBuilder, type Value } from './onnx.js';
import { readJets, sampledValues } from './sampling-graph.js';
import type { TrainedNetwork } from './trained-network.js';
import { physicalNodes, tauFeatures, wrapNodes } from './transform-nodes.js';

/** 95 % and 68 % intervals and the median. */
export const LEVELS = [0.025, 0.16, 0.5, 0.84, 0.975];
export const POINTS = 256;
/** Of all odd numbers the one with the least error of smooth periodic functions (P_2) in two, three and four dimensions. */
const GENERATOR = 25;

export const MEANING =
  `quantiles of one variable by itself, as jet-iqn predict gives: of pt exact, of eta, phi and mass from ` +
  `${POINTS} predictions at lattice points of tau; columns: L levels of pt, then of eta, phi, mass`;

/** tau [4, POINTS], row-major: (i GENERATOR^k mod POINTS + 1/2) / POINTS for step k. */
export function latticeTau(): Float32Array {
  return Float32Array.from({ length: STEP_COUNT * POINTS }, (_, at) => {
    const [step, point] = [Math.floor(at / POINTS), at % POINTS];
    return (((point * GENERATOR ** step) % POINTS) + 0.5) / POINTS;
  });
}

export function quantilesGraph(trained: TrainedNetwork): GraphBuilder {
  const g = new GraphBuilder('quantiles');
  const jets = readJets(g, trained, g.input('jets', ['J', trained.inputs.length]), gridLayout);
  const levels = g.floats('levels', LEVELS, [1, 1, LEVELS.length]);
  const pt = jets.head(0, [], tauFeatures(g, levels, trained.network.tauInput)).value;
  // The same tau for every jet, [J, 4, POINTS].
  const none = g.node('Mul', [jets.ofInput[1]!, g.floats('zero', [0])], 'none');
  const tau = g.node('Add', [g.floats('points', latticeTau(), [1, STEP_COUNT, POINTS]), none], 'tau');
  const physical = (step: number, value: Value) =>
    physicalNodes(g, trained.targets[step]!, jets.ofInput[step]!, value);
  const [, eta, phi, mass] = sampledValues(g, trained, jets, tau, gridLayout) as [Value, Value, Value, Value];
  const samples = [physical(1, eta), wrapNodes(g, phi, 'phi_difference'), physical(3, mass)];
  const quantiles = quantileNodes(g, g.node('Concat', samples, 'samples', { axis: { i: 1 } }));
  const [ofEta, ofPhi, ofMass] = gridLayout.units(g, quantiles, STEP_COUNT - 1, 'quantiles_of_step') as [
    Value,
    Value,
    Value,
  ];
  const steps = [physical(0, pt), ofEta, physical(2, ofPhi), ofMass];
  const all = g.node('Concat', steps, 'all_steps', { axis: { i: 1 } });
  const flat = g.integers('flat', [-1, STEP_COUNT * LEVELS.length]);
  g.output('quantiles', g.node('Reshape', [all, flat], 'quantiles_flat'), ['J', STEP_COUNT * LEVELS.length]);
  return g;
}

/**
 * samples [J, 3, POINTS] → their quantiles [J, 3, L]: sample i of n in order lies at the level (i + 1/2) / n, with
 * straight lines between (Hazen; type 5 of Hyndman and Fan 1996).
 */
function quantileNodes(g: GraphBuilder, samples: Value): Value {
  const sorted = g.sorted(samples, 2, POINTS, 'sorted');
  const ranks = LEVELS.map((level) => Math.min(Math.max(POINTS * level - 0.5, 0), POINTS - 1.001));
  const [low, high] = [0, 1].map((next) =>
    g.gather(
      sorted,
      2,
      ranks.map((rank) => Math.floor(rank) + next),
      next ? 'above' : 'below',
    ),
  ) as [Value, Value];
  const share = g.floats(
    'shares',
    ranks.map((rank) => rank % 1),
    [1, 1, LEVELS.length],
  );
  const gap = g.node('Sub', [high, low], 'gap');
  return g.node('Add', [low, g.node('Mul', [gap, share], 'part_of_gap')], 'quantiles_of_samples');
}
