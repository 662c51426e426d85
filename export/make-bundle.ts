/** A trained network and what is known about it → the graphs and the card of a bundle, in memory. */
import { type Bundle, bundleFrom, CARD_FILE, sha256 } from '../src/model/bundle.js';
import {
  BUNDLE_FORMAT,
  CARD_KEY,
  cardText,
  embeddedCardText,
  GRAPH_FILES,
  type GraphFile,
  type ModelCard,
} from '../src/model/card.js';
import { multiplicationsPerPrediction, parameterCount, weightShapes } from '../src/model/network-spec.js';
import { conditionalGraph } from './conditional-graph.js';
import type { GraphBuilder } from './onnx.js';
import { LEVELS, MEANING, quantilesGraph } from './quantiles-graph.js';
import { blockGraph, samplerGraph } from './sampling-graph.js';
import type { TrainedNetwork } from './trained-network.js';

/** The part of a card that the network does not say. */
export type CardFacts = Pick<
  ModelCard,
  | 'name'
  | 'task'
  | 'description'
  | 'intendedUse'
  | 'notFor'
  | 'licence'
  | 'training'
  | 'range'
  | 'medians'
  | 'targetRange'
  | 'spectrum'
  | 'versions'
>;

const GRAPHS: Readonly<Record<GraphFile, (trained: TrainedNetwork) => GraphBuilder>> = {
  'sampler.onnx': samplerGraph,
  'conditional.onnx': conditionalGraph,
  'block.onnx': blockGraph,
  'quantiles.onnx': quantilesGraph,
};

/**
 * Builds a bundle and reads it as a stranger's: what the loader would refuse is not made.
 *
 * @throws BundleError
 */
export async function makeBundle(trained: TrainedNetwork, facts: CardFacts): Promise<Bundle> {
  checkWeights(trained);
  const { network, inputs, harmonics, targets } = trained;
  const described = {
    format: BUNDLE_FORMAT,
    ...facts,
    network,
    parameters: parameterCount(network),
    multiplicationsPerPrediction: multiplicationsPerPrediction(network),
    inputs,
    ...(harmonics && { harmonics }),
    targets,
    quantiles: { levels: LEVELS, meaning: MEANING },
  } as const;
  const metadata = { [CARD_KEY]: embeddedCardText(described) };
  const contents = new Map<string, Uint8Array>();
  const files: Partial<Record<GraphFile, { sha256: string; bytes: number }>> = {};
  for (const file of GRAPH_FILES) {
    const bytes = GRAPHS[file](trained).build(metadata);
    contents.set(file, bytes);
    files[file] = { sha256: await sha256(bytes), bytes: bytes.length };
  }
  const card: ModelCard = { ...described, metrics: {}, parity: {}, files };
  contents.set(CARD_FILE, new TextEncoder().encode(cardText(card)));
  return bundleFrom(facts.name, async (file) => contents.get(file)!);
}

function checkWeights({ network, weights }: TrainedNetwork): void {
  for (const [name, shape] of Object.entries(weightShapes(network))) {
    const weight = weights[name];
    if (`${weight?.shape}` !== `${shape}` || weight?.values.length !== shape.reduce((a, b) => a * b, 1))
      throw new Error(`weight ${name} must have the shape [${shape}]`);
  }
}
