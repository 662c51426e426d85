/**
 * What a run of the sampling engine is, in plain data: everything that decides its bytes, and nothing that does not
 * (threads, folders, shards, times).
 */
import type { TableMetadata } from '../files/table-encoding.js';
import type { JetsSource } from '../jets/table.js';
import { sortedKeys } from '../model/card.js';
import type { Task } from '../model/tasks.js';
import { version } from '../version.js';
import type { Edges } from './totals.js';

export const JOB_FORMAT = 'jet-iqn-job/1';

export interface Job {
  readonly format: typeof JOB_FORMAT;
  /** What is kept: totals of a study, or predictions in files. */
  readonly keeps: 'study' | 'predictions';
  readonly task: Task;
  readonly bundle: { readonly name: string; readonly sha256: string };
  /** As `--engine` names it. */
  readonly engine: string;
  readonly seed: number;
  readonly input: JetsSource;
  /** Jets taken: the first ones of the input, or of its part. */
  readonly jets: number;
  readonly samples: number;
  /** What the blocks hold beyond that: a study's edges, the columns of predictions. */
  readonly contents: Readonly<Record<string, unknown>>;
  /** Software that the bits may depend on. */
  readonly versions: Readonly<Record<string, string>>;
}

/** A job's canonical text; equal jobs have equal texts. */
export function jobText(job: Job): string {
  return `${JSON.stringify(sortedKeys(job), null, 2)}\n`;
}

/** A study's edges as they stand in a job: exact, since every float32 is a JSON number. */
export function edgesAsData(edges: Edges): Record<string, number[]> {
  return Object.fromEntries(Object.entries(edges).map(([variable, values]) => [variable, [...values]]));
}

/** Versions that stand in every job. */
export function jobVersions(engineVersions: Readonly<Record<string, string>>): Record<string, string> {
  return { 'jet-iqn': version, ...engineVersions };
}

/**
 * In words, what differs between two jobs: "seed (1, now 2), samples (100, now 200)"; empty where they are the same.
 * The names of files are no difference, their contents are.
 */
export function jobDifferences(before: Job, now: Job): string {
  const a = flat(before);
  const b = flat(now);
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((key) => a[key] !== b[key] && !NAMES.has(key))
    .map((key) => `${LABELS[key] ?? key.replace(/^contents\./, '')} (${shown(a[key])}, now ${shown(b[key])})`)
    .join(', ');
}

const NAMES = new Set(['bundle.name', 'input.name']);
const LABELS: Readonly<Record<string, string>> = {
  'bundle.sha256': 'bundle',
  'input.sha256': 'input file',
  'input.part': 'part of the input',
  'input.selection': 'choice of jets',
  'input.dropped': 'jets left out',
  'input.assumed': 'medians taken for inputs',
  'input.key': 'key of the random numbers',
  jets: 'number of jets',
  'contents.edges': 'bin edges',
};

/** Nested fields under dotted names; arrays and edges as one text each. */
function flat(job: Job): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [key, value] of Object.entries(job)) {
    if (typeof value !== 'object' || value === null) fields[key] = String(value);
    else
      for (const [inner, part] of Object.entries(value))
        fields[`${key}.${inner}`] = typeof part === 'string' ? part : JSON.stringify(sortedKeys(part));
  }
  return fields;
}

function shown(text: string | undefined): string {
  if (text === undefined) return 'none';
  if (/^[0-9a-f]{64}$/.test(text)) return `sha256 ${text.slice(0, 8)}…`;
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

/** What a file of predictions says about itself, beside the units of its columns. */
interface Origin {
  /** sha256 of the bundle. */
  readonly bundle: string;
  readonly engine: string;
  /** sha256 of the jets' file. */
  readonly input: string;
  /** What random numbers follow: see JetsSource. */
  readonly key: string | undefined;
  readonly seed: number;
  readonly samples: number;
  /** The spectrum of gen jets, where it is not the training's. */
  readonly prior?: string | undefined;
}

/** The version under "jet-iqn", the rest under its own name. */
export function fileMetadata({ bundle, engine, input, key, seed, samples, prior }: Origin): TableMetadata {
  return {
    'jet-iqn': version,
    bundle,
    engine,
    input,
    key: key ?? 'row',
    seed: String(seed),
    samples: String(samples),
    ...(prior !== undefined && { prior }),
  };
}
