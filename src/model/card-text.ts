/**
 * The card as text: as model.json has it, and as every graph carries it in its metadata_props under "card".
 *
 * The copy in a graph leaves out what is only known after the graph is written: `files` (its own hash), `parity`
 * (measured on it) and `metrics` (of later studies). So metrics can be added to a card without touching a graph.
 */
import type { ModelCard } from './card.js';
import { sortedKeys } from './sorted-keys.js';

/** The key in metadata_props. */
export const CARD_KEY = 'card';

export type EmbeddedCard = Omit<ModelCard, 'files' | 'metrics' | 'parity'>;

/** model.json: indented for people, a newline at the end. */
export function cardText(card: ModelCard): string {
  return `${JSON.stringify(card, null, 2)}\n`;
}

/** The graphs' copy: one line, keys sorted, so that equal cards are equal texts. */
export function embeddedCardText({
  files,
  metrics,
  parity,
  ...rest
}: EmbeddedCard & Partial<ModelCard>): string {
  return JSON.stringify(sortedKeys(rest));
}
