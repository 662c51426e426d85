/** What a file of predictions says about itself, beside the units of its columns. */
import type { TableMetadata } from '../files/table-encoding.js';
import { version } from '../version.js';

export interface Origin {
  /** sha256 of the bundle. */
  readonly bundle: string;
  readonly engine: string;
  /** sha256 of the jets' file. */
  readonly input: string;
  readonly seed: number;
  readonly samples: number;
  /** The spectrum of gen jets, where it is not the training's. */
  readonly prior?: string | undefined;
}

/** The version under "jet-iqn", the rest under its own name. */
export function fileMetadata({ bundle, engine, input, seed, samples, prior }: Origin): TableMetadata {
  return {
    'jet-iqn': version,
    bundle,
    engine,
    input,
    seed: String(seed),
    samples: String(samples),
    ...(prior !== undefined && { prior }),
  };
}
