/**
 * The columns by which a jet is found again in the events that it came from, named as CMS NanoAOD names them: the event's
 * run, luminosityBlock and event, and the jet's index in its collection, jetIdx of a detector jet and genJetIdx of a gen jet.
 */
import type { Stage } from './columns.js';

/** Of an event. */
export const EVENT_KEYS = ['run', 'luminosityBlock', 'event'] as const;
/** Index in the collection, by stage. */
export const INDEX_KEYS: Readonly<Record<Stage, string>> = {
  raw: 'jetIdx',
  reco: 'jetIdx',
  gen: 'genJetIdx',
};

/** Whole numbers of 64 bits in text: a double would round an event number. `jet` is what tables called jetIdx before. */
export const WHOLE_KEYS: ReadonlySet<string> = new Set([...EVENT_KEYS, ...Object.values(INDEX_KEYS), 'jet']);

/**
 * The key columns of a file for jets of the given stages: those of the event and the index of each stage's jet.
 *
 * @param columnNames that the file has.
 * @returns none where the file does not say the event.
 * @example keyColumns(['run', 'luminosityBlock', 'event', 'jetIdx', 'raw_pt'], ['raw']) // ['run', …, 'jetIdx']
 */
export function keyColumns(columnNames: readonly string[], stages: readonly Stage[]): string[] {
  if (!EVENT_KEYS.every((name) => columnNames.includes(name))) return [];
  const indices = new Set(stages.map((stage) => INDEX_KEYS[stage]));
  return [...EVENT_KEYS, ...[...indices].filter((name) => columnNames.includes(name))];
}
