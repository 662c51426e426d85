/**
 * What the computing worker can be asked, and how: a method's name and argument there, its result or what went wrong back,
 * events in between, plain data all. Cancelling a call aborts the signal that its method was given.
 */

import type { WebEngine } from '../../src/engines/open-web.js';
import type { Stage, Variable } from '../../src/jets/columns.js';
import type { ModelCard } from '../../src/model/card.js';
import type { JointTasks } from '../../src/studies/joint/joint-tasks.js';
import type { Report } from '../../src/studies/summarise.js';
import type { StudyProgress, StudyRequest } from '../many-jets/request.js';
import type { JetsPlace } from '../many-jets/sources.js';
import type { ModelSource } from '../models/model-source.js';
import type { JetAnswer, JetRequest } from '../one-jet/answer.js';

export interface OpenedModel {
  readonly card: ModelCard;
  readonly sha256: string;
}

/** What was read from a file of jets. */
export interface JetsSummary {
  readonly name: string;
  readonly jets: number;
  readonly stages: readonly Stage[];
  /** How many jets were left out, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

export type PredictionFormat = 'parquet' | 'csv';

/** One row of a table: the jet at every stage. */
export interface SampleJet {
  readonly row: number;
  readonly stages: Readonly<Record<Stage, Readonly<Record<Variable, number>>>>;
  /** What the model reads beside the four variables, as far as the sample has it. */
  readonly extra: Readonly<Record<string, number>>;
}

export interface EngineMethods {
  /** Loads, checks and warms up a model; it stays the worker's model. */
  open: { argument: ModelSource; event: never; result: OpenedModel };
  /** Loads and checks a model; the worker's model stays what it was. */
  inspect: { argument: ModelSource; event: never; result: OpenedModel };
  /** By the worker's model, or another one that is opened for it. */
  predictJet: {
    argument: JetRequest & { readonly of?: ModelSource | undefined };
    event: never;
    result: JetAnswer;
  };
  /** A jet of the shipped sample: of the row asked for, else any. */
  sampleJet: {
    argument: { readonly url: string; readonly row?: number | undefined };
    event: never;
    result: SampleJet;
  };
  /** Reads a file of jets; it stays the worker's table. Events: jets read so far. */
  readJets: {
    argument: { readonly place: JetsPlace; readonly name: string };
    event: number;
    result: JetsSummary;
  };
  /** Studies the worker's model on its table; cancelled it answers with the jets done, null where there are none. */
  study: {
    argument: StudyRequest;
    event: StudyProgress;
    result: { readonly report: Report; readonly done: number } | null;
  };
  /** Closes or opens the gate that a study and the writing of predictions pass. */
  hold: { argument: boolean; event: never; result: undefined };
  /** One task of the joint tests, with an engine of its own, which the first one opens. */
  joint: {
    argument: {
      readonly source: ModelSource;
      readonly engine: WebEngine;
      readonly name: keyof JointTasks;
      readonly task: unknown;
    };
    event: never;
    result: unknown;
  };
  /** All predictions of a study as a file. Events: jets done. */
  predictions: {
    argument: StudyRequest & { readonly format: PredictionFormat };
    event: number;
    result: Blob;
  };
}

/** To the worker. */
export type Message =
  | { readonly id: number; readonly method: keyof EngineMethods; readonly argument: never }
  | { readonly cancel: number };

/** From it; a failure in words. */
export type Answer = { readonly id: number } & (
  | { readonly event: unknown }
  | { readonly result: unknown }
  | { readonly failure: string }
);

export type Handlers = {
  readonly [K in keyof EngineMethods]: (
    argument: EngineMethods[K]['argument'],
    context: { readonly signal: AbortSignal; emit(event: EngineMethods[K]['event']): void },
  ) => Promise<EngineMethods[K]['result']>;
};
