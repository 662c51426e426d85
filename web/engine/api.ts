/** What the computing worker can be asked: see calls.ts. */
import type { ModelCard } from '../../src/model/card.js';
import type { JetAnswer, JetRequest } from '../one-jet/answer.js';

/** A bundle: one that the site ships, or files that somebody dropped. */
export type ModelSource =
  | { readonly kind: 'shipped'; readonly name: string; readonly url: string }
  | { readonly kind: 'files'; readonly name: string; readonly files: readonly File[] };

export interface OpenedModel {
  readonly card: ModelCard;
  readonly sha256: string;
}

export interface EngineMethods {
  /** Loads, checks and warms up a model; it stays the worker's model. */
  open: { argument: ModelSource; event: never; result: OpenedModel };
  predictJet: { argument: JetRequest; event: never; result: JetAnswer };
}
