/**
 * Shards → what one run makes. Every shard must be of the same job, together they must be all of it, once, and every
 * file must have the bytes that its manifest says; else nothing is written, and the message names the shard.
 */
import { copyFileSync, linkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError, UsageError } from '../errors.js';
import { diskError, fileSha256, makeFolder, writeDurably } from '../files/durable-file.js';
import { checkInputsAndFolder } from '../files/inputs-and-output.js';
import { lockFolder } from '../files/lock.js';
import { clearRun, ownReport, refuseOthersWork } from './earlier-run.js';
import { type Job, jobDifferences, jobText } from './job.js';
import { blockPath, JOB_FILE, JOURNAL_FOLDER, jobMark } from './journal.js';
import {
  MANIFEST_FILE,
  type PredictionsManifest,
  predictionsManifest,
  readManifest,
  SHARD_FORMAT,
  type ShardManifest,
  writeManifest,
} from './manifest.js';
import { type BlockRange, blockJets, type Plan, planBlocks } from './plan.js';

export type Merged =
  | { readonly kind: 'predictions'; readonly manifest: PredictionsManifest }
  /** The output folder then holds a journal with all blocks: a study of the same job, resumed, only has to report. */
  | { readonly kind: 'study'; readonly job: Job; readonly request: unknown };

/** One shard as its manifest has it. */
interface Part {
  readonly folder: string;
  readonly job: Job;
  readonly blocks: BlockRange;
  /** Paths below the folder, with their sha256, in order. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  readonly manifest: PredictionsManifest | ShardManifest;
}

/**
 * Puts shards together in `outputDir`; their files are linked where the file system can, else copied.
 *
 * @param onProgress called with the number of files checked, and of all.
 * @throws InputError that names the shard that is no shard, belongs to another job, is damaged, missing or twice there.
 */
export async function mergeShards(
  folders: readonly string[],
  outputDir: string,
  onProgress: (files: number, all: number) => void = () => {},
): Promise<Merged> {
  const parts = folders.map(readPart);
  const [first] = parts;
  if (!first) throw new UsageError('give the folders of all shards');
  for (const part of parts.slice(1)) refuseStranger(first, part);
  const plan = planBlocks(first.job.jets, first.job.samples);
  const ordered = [...parts].sort((a, b) => a.blocks.first - b.blocks.first || a.blocks.end - b.blocks.end);
  refuseGaps(ordered, plan);
  await refuseDamaged(ordered, onProgress);
  checkInputsAndFolder(folders, outputDir);
  const unlock = lockFolder(outputDir);
  try {
    refuseShardAsOutput(folders, outputDir);
    const ours = ordered.flatMap(({ files }) => files.map(({ path, sha256 }) => [path, sha256] as const));
    await refuseOthersWork(outputDir, first.job, new Map(ours));
    const mark = jobMark(first.job);
    if (first.manifest.format === SHARD_FORMAT) ownReport(outputDir, mark, (job) => job.startsWith(mark));
    clearRun(outputDir);
    for (const { folder, files } of ordered)
      for (const { path } of files) linkOrCopy(join(folder, path), join(outputDir, path));
    const { job } = ordered[0]!;
    const { manifest } = first;
    if (manifest.format === SHARD_FORMAT) {
      makeFolder(join(outputDir, JOURNAL_FOLDER));
      writeDurably(join(outputDir, JOURNAL_FOLDER, JOB_FILE), [jobText(job)]);
      return { kind: 'study', job, request: manifest.request };
    }
    const files = ordered.flatMap((part) => (part.manifest as PredictionsManifest).files);
    const whole = predictionsManifest(job, plan, { first: 0, end: plan.blocks }, undefined, files);
    writeManifest(outputDir, whole);
    return { kind: 'predictions', manifest: whole };
  } catch (error) {
    throw diskError(outputDir, error);
  } finally {
    unlock();
  }
}

function readPart(folder: string): Part {
  const manifest = readManifest(folder, 'make the shard again');
  if (manifest === undefined)
    throw new InputError(
      folder,
      `is no finished shard of sample or study (no ${MANIFEST_FILE} of one); finish it with --resume`,
    );
  const { job } = manifest;
  if (manifest.format === SHARD_FORMAT) {
    const { range, blocks } = manifest;
    const path = (i: number) => blockPath(JOURNAL_FOLDER, range.first + i);
    const files = blocks.map((sha256, i) => ({ path: path(i), sha256 }));
    return { folder, job, blocks: range, files, manifest };
  }
  const files = manifest.files.map(({ name, sha256 }) => ({ path: name, sha256 }));
  return { folder, job, blocks: manifest.range.blocks, files, manifest };
}

function refuseStranger(first: Part, part: Part): void {
  const differences = jobDifferences(first.job, part.job);
  if (differences !== '')
    throw new InputError(
      part.folder,
      `belongs to another job than ${first.folder}: differs in ${differences}`,
    );
}

/** @param ordered by their first block. */
function refuseGaps(ordered: readonly Part[], plan: Plan): void {
  let next = 0;
  let last: Part | undefined;
  for (const part of ordered) {
    const { first, end } = part.blocks;
    if (first === end) continue;
    if (first < next)
      throw new InputError(part.folder, `holds jets that ${last!.folder} holds too; leave one of them out`);
    if (first > next) throw missing(plan, next, first);
    if (part.files.length !== end - first)
      throw new InputError(
        part.folder,
        `lists ${part.files.length} files for ${end - first} blocks; make it again`,
      );
    next = end;
    last = part;
  }
  if (next < plan.blocks) throw missing(plan, next, plan.blocks);
}

function missing(plan: Plan, first: number, end: number): UsageError {
  const from = blockJets(plan, first).firstJet;
  const last = blockJets(plan, end - 1);
  return new UsageError(
    `no shard has the jets ${from} to ${last.firstJet + last.jetCount - 1} of ${plan.jets}; give the folders of all shards`,
  );
}

async function refuseDamaged(
  parts: readonly Part[],
  onProgress: (files: number, all: number) => void,
): Promise<void> {
  const all = parts.reduce((sum, { files }) => sum + files.length, 0);
  let done = 0;
  for (const { folder, files } of parts) {
    for (const { path, sha256 } of files) {
      const now = await fileSha256(join(folder, path));
      if (now === undefined) throw new InputError(join(folder, path), 'is missing; make the shard again');
      if (now !== sha256)
        throw new InputError(join(folder, path), 'is damaged (its sha256 differs); make the shard again');
      onProgress(++done, all);
    }
  }
}

function refuseShardAsOutput(folders: readonly string[], outputDir: string): void {
  const output = realpathSync(outputDir);
  for (const folder of folders)
    if (realpathSync(folder) === output)
      throw new UsageError(`${outputDir} is one of the shards; choose another output folder`);
}

function linkOrCopy(from: string, to: string): void {
  makeFolder(dirname(to));
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
