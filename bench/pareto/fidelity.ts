/** How right a bundle is, as the study on its card found it. */
import * as v from 'valibot';
import { VARIABLES } from '../../src/jets/columns.js';
import type { ModelCard } from '../../src/model/card.js';
import type { NetworkSpec } from '../../src/model/network-spec.js';
import type { Task } from '../../src/model/tasks.js';

export interface Fidelity {
  readonly task: Task;
  /** The network in a few words: amortised 3 × 24. */
  readonly network: string;
  readonly multiplications: number;
  /** Jets of the study. */
  readonly jets: number;
  /** Of a classifier that tells the model's jets from true ones: 0.5 is perfect. */
  readonly auc: number;
  readonly aucError: number;
  /** The largest of the four closures' distances (Kolmogorov, Smirnov). */
  readonly closureKs: number;
}

/** What bench/card-figures.ts writes, as far as it is read here. */
const closure = v.object({ ks: v.number() });
const study = v.object({
  jets: v.number(),
  closure: v.object({ pt: closure, eta: closure, phi: closure, mass: closure }),
  joint: v.object({ auc: v.number(), aucError: v.number() }),
});

/** Studies of a card, the most telling that every bundle has been given first. */
const STUDIES = ['test50k', 'study'];

/** @returns undefined where the card has no study with joint tests. */
export function fidelityOf(card: ModelCard): Fidelity | undefined {
  const found = STUDIES.map((name) => v.safeParse(study, card.metrics[name])).find(({ success }) => success);
  if (!found?.success) return undefined;
  const { jets, closure, joint } = found.output;
  return {
    task: card.task,
    network: networkWords(card.network),
    multiplications: card.multiplicationsPerPrediction,
    jets,
    auc: joint.auc,
    aucError: joint.aucError,
    closureKs: Math.max(...VARIABLES.map((variable) => closure[variable].ks)),
  };
}

function networkWords(network: NetworkSpec): string {
  if (network.kind === 'paper') return `paper ${network.depth} × ${network.width}`;
  const { head } = network;
  const isEven = head.every((width) => width === head[0]);
  return `amortised ${isEven ? `${head.length} × ${head[0]}` : head.join('-')}`;
}
