/**
 * A training run on disk.
 *
 *     RUN/config.json           what is trained, on what, with which options: written once
 *     RUN/last/weights.bin      the network as it would be used: float32 little-endian, the weights one after
 *                               another in the order of weightShapes(spec), row-major
 *     RUN/last/optimizer.bin    what the next step needs: float32 little-endian, five vectors as long as weights.bin:
 *                               trained parameters, the optimiser's m, v, w, and the averaged parameters
 *     RUN/last/state.json       where the run is, and the sha256 of the files beside it
 *     RUN/best/…                weights.bin and state.json of the best validation so far
 *     RUN/metrics.jsonl         one JSON object a line: figures of the run as it went
 *
 * A checkpoint is written to a folder of a temporary name, flushed, and renamed; the old one is put aside first and
 * found again should the process die between the two renames. Random numbers and schedule are functions of the step,
 * so `step` is their whole state.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { InputError } from '../src/errors.js';
import { parameterCount, type Weights } from '../src/model/network-spec.js';
import type { Tails, Validation } from './evaluate.js';
import { weightViews } from './parameters.js';
import { type RunConfig, readConfig } from './run-config.js';
import { count, faultOf, finite, jsonText, readJson, writeFlushed } from './run-file.js';

/** state.json */
export interface RunState {
  /** Epochs done, with their fraction. */
  readonly epoch: number;
  /** Optimiser steps done. */
  readonly step: number;
  /** Training time, the time before every resumption included. */
  readonly seconds: number;
  /** Of the weights beside it; before the first validation: null. */
  readonly validation: Validation | null;
  /** Share of crossings in that validation. */
  readonly crossings: number | null;
  /** Of the weights of a finished run's best. */
  readonly tails?: Tails;
  /** Smallest validation so far, while refining that of the likelihood, and how many validations ago it was. */
  readonly best: {
    readonly sum: number;
    readonly likelihood?: number | undefined;
    readonly step: number;
    readonly validationsAgo: number;
  } | null;
  /** Where refining began; null or absent: it has not. */
  readonly refined?: { readonly step: number; readonly seconds: number } | null;
  /** Whether the run came to its end. */
  readonly finished: boolean;
  /** sha256 of weights.bin, hexadecimal. */
  readonly sha256: string;
  /** sha256 of optimizer.bin, hexadecimal; null in best. */
  readonly optimizerSha256: string | null;
}

const duration = v.pipe(finite, v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'));
const SCHEMA = v.looseObject({
  epoch: duration,
  step: count,
  seconds: duration,
  validation: v.nullable(v.looseObject({ sum: finite, crossings: finite })),
  crossings: v.nullable(finite),
  best: v.nullable(v.looseObject({ sum: finite, step: count, validationsAgo: count })),
  refined: v.optional(v.nullable(v.looseObject({ step: count, seconds: duration }))),
  finished: v.boolean(),
  sha256: hash,
  optimizerSha256: v.nullable(hash),
});

export type CheckpointName = 'last' | 'best';

/** The vectors of optimizer.bin, in their order. */
export interface OptimiserVectors {
  readonly parameters: Float32Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;
  readonly largest: Float32Array;
  readonly average: Float32Array;
}
const VECTORS = ['parameters', 'mean', 'square', 'largest', 'average'] as const;

/** Writes RUN/last or RUN/best, whole or not at all. */
export async function writeCheckpoint(
  folder: string,
  which: CheckpointName,
  weights: Float32Array,
  state: Omit<RunState, 'sha256' | 'optimizerSha256'>,
  vectors?: OptimiserVectors,
): Promise<void> {
  const target = join(folder, which);
  const temporary = `${target}.writing`;
  const previous = `${target}.previous`;
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  const weightBytes = bytesOf(weights);
  const vectorBytes = vectors && Buffer.concat(VECTORS.map((name) => bytesOf(vectors[name])));
  await writeFlushed(join(temporary, 'weights.bin'), weightBytes);
  if (vectorBytes) await writeFlushed(join(temporary, 'optimizer.bin'), vectorBytes);
  const whole: RunState = {
    ...state,
    sha256: sha256(weightBytes),
    optimizerSha256: vectorBytes ? sha256(vectorBytes) : null,
  };
  await writeFlushed(join(temporary, 'state.json'), jsonText(whole));
  await rm(previous, { recursive: true, force: true });
  await rename(target, previous).catch(ignoreMissing);
  await rename(temporary, target);
  await rm(previous, { recursive: true, force: true });
}

/**
 * A trained network: what it is, its weights and where its run stood.
 *
 * @throws InputError where a file is missing, cut short, or not the one that state.json tells of.
 */
export async function readCheckpoint(
  folder: string,
  which: CheckpointName,
): Promise<{ config: RunConfig; weights: Weights; state: RunState }> {
  const config = await readConfig(folder);
  const { state, place } = await readState(folder, which);
  const flat = await readVector(join(place, 'weights.bin'), parameterCount(config.network), state.sha256);
  return { config, weights: weightViews(config.network, flat), state };
}

/** What the next step of a run needs, from RUN/last; undefined where the run has not saved yet. */
export async function readOptimiser(
  folder: string,
  config: RunConfig,
): Promise<{ vectors: OptimiserVectors; state: RunState } | undefined> {
  const found = await readState(folder, 'last').catch((error) => {
    if (error instanceof InputError && (error.cause as NodeJS.ErrnoException)?.code === 'ENOENT')
      return undefined;
    throw error;
  });
  if (!found) return undefined;
  const count = parameterCount(config.network);
  const file = join(found.place, 'optimizer.bin');
  const all = await readVector(file, VECTORS.length * count, found.state.optimizerSha256);
  const vectors = Object.fromEntries(
    VECTORS.map((name, i) => [name, all.slice(i * count, (i + 1) * count)]),
  ) as unknown as OptimiserVectors;
  return { vectors, state: found.state };
}

async function readState(folder: string, which: CheckpointName): Promise<{ state: RunState; place: string }> {
  const place = join(folder, which);
  const read = async (from: string) => {
    const file = join(from, 'state.json');
    const state = await readJson<RunState>(file, `the run has saved no ${which} checkpoint yet`);
    const fault = faultOf(SCHEMA, state);
    if (fault !== undefined) throw new InputError(file, `is no state of a run: ${fault}`);
    return state;
  };
  try {
    return { state: await read(place), place };
  } catch (error) {
    const previous = `${place}.previous`;
    const state = await read(previous).catch(() => undefined);
    if (state) return { state, place: previous };
    throw error;
  }
}

async function readVector(file: string, count: number, hash: string | null): Promise<Float32Array> {
  const bytes = await readFile(file).catch((cause) => {
    throw new InputError(file, `cannot be read (${cause.code}); the checkpoint is not whole`, { cause });
  });
  if (bytes.length !== 4 * count)
    throw new InputError(
      file,
      `has ${bytes.length} bytes where this network has ${4 * count}; it was cut or replaced`,
    );
  if (sha256(bytes) !== hash) throw new InputError(file, 'is not what state.json tells of (sha256 differs)');
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = bytes.readFloatLE(4 * i);
  return values;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

function bytesOf(values: Float32Array): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeFloatLE(value, 4 * i);
  });
  return bytes;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
