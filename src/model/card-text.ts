/**
 * The card as text: as model.json has it, and as every graph carries it in its metadata_props under "card".
 *
 * The copy in a graph leaves out what is only known after the graph is written: `files` (its own hash), `parity`
 * (measured on it) and `metrics` (of later studies); and `spectrum`. So these can be added to a card without touching a
 * graph.
 */
import type { ModelCard } from './card.js';

/** The key in metadata_props. */
export const CARD_KEY = 'card';

export type EmbeddedCard = Omit<ModelCard, 'files' | 'metrics' | 'parity' | 'spectrum' | 'targetRange'>;

/** model.json: indented for people, numbers of a list beside each other, a newline at the end. */
export function cardText(card: ModelCard): string {
  // A bracket with a new line after it opens a list: texts have no new lines.
  const text = JSON.stringify(card, null, 2).replace(
    /\[\n([\d\s.,eE+-]+)\]/g,
    (_, numbers: string) => `[${numbers.trim().replace(/\s+/g, ' ')}]`,
  );
  return `${text}\n`;
}

/** The graphs' copy: one line, keys sorted, so that equal cards are equal texts. */
export function embeddedCardText({
  files,
  metrics,
  parity,
  spectrum,
  targetRange,
  ...rest
}: EmbeddedCard & Partial<ModelCard>): string {
  return JSON.stringify(sortedKeys(rest));
}

/** Plain data with the fields of every object in the order of their names: equal data become equal texts. */
export function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sortedKeys(part)]),
  );
}

/** Of lists in lists. */
const MOST_LEVELS = 32;
export const TOO_DEEP = `nested deeper than ${MOST_LEVELS} levels`;

/**
 * Whether what JSON.parse made, which takes any depth, may be given to {@link sortedKeys}, JSON.stringify and others that
 * would run out of stack.
 */
export function isShallow(value: unknown): boolean {
  let here = [value];
  for (let level = 0; level <= MOST_LEVELS && here.length > 0; level++)
    here = here.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  return here.length === 0;
}
