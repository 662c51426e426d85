/** What a study is asked, of which model, and what it tells on the way. */
import type { Session } from '../../src/engines/engine.js';
import type { Kernel } from '../../src/engines/kernel.js';
import type { ModelCard } from '../../src/model/card.js';
import type { Report } from '../../src/studies/summarise.js';
import type { ModelSource } from '../models/model-source.js';

export interface StudyRequest {
  /** Samples a jet. */
  readonly samples: number;
  /** The first so many jets of the table. */
  readonly jets: number;
  readonly seed: number;
}

export interface StudyProgress {
  /** Jets done, and of all. */
  readonly done: number;
  readonly jets: number;
  readonly predictionsPerSecond: number;
  /** Of the jets done; not with every progress. */
  readonly report?: Report;
  /** Share of the joint tests done, once all jets are. */
  readonly tested?: number;
  /** Share of the file read for its checksum, last of all. */
  readonly hashed?: number;
}

export interface StudyModel {
  readonly session: Session;
  readonly card: ModelCard;
  readonly sha256: string;
  /** Where it came from: workers open it for themselves. */
  readonly source: ModelSource;
  /** What computes around the engine. */
  readonly kernel: Kernel;
}
