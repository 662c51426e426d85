/** What an earlier run left in an output folder: finished work is deleted only where that was asked for. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.js';
import { fileSha256 } from '../files/durable-file.js';
import { type Job, jobDifferences } from './job.js';
import { JOURNAL_FOLDER, readJob, removeJournal } from './journal.js';
import { manifestIn, readManifest, removeManifest } from './manifest.js';
import { PREDICTIONS_PATTERN } from './predictions/prediction-files.js';

/** A block's result in a journal of a study, or its record in one of `sample`. */
const FINISHED_BLOCK = /^block-\d{6,}\.(bin|json)$/;

/**
 * Refuses a folder in which a new run would delete what an earlier one has finished: blocks in a journal, and, where the
 * run writes a manifest, predictions and the manifest of others. A study's report is none of these: it is made anew in
 * one go, and stays until the new one is written.
 *
 * @param writesManifest whether the run is one of `sample`, or of a shard.
 * @throws UsageError: what is there, and the choices.
 */
export function refuseEarlierRun(outputDir: string, writesManifest: boolean): void {
  const found = earlierRun(outputDir, writesManifest);
  if (found !== undefined)
    throw new UsageError(
      `${outputDir}: holds ${found} of an earlier run; --resume goes on with it, --overwrite deletes it, or choose another folder`,
    );
}

function earlierRun(outputDir: string, writesManifest: boolean): string | undefined {
  const blocks = namesIn(join(outputDir, JOURNAL_FOLDER)).filter((name) => FINISHED_BLOCK.test(name)).length;
  if (blocks > 0) return counted(blocks, 'finished block');
  if (!writesManifest) return undefined;
  const files = predictionsIn(outputDir).length;
  if (files > 0) return counted(files, 'file', ' of predictions');
  return manifestIn(outputDir);
}

/**
 * Refuses a folder in which a merge would delete what another run has finished. The same merge may be done again, and ends
 * what an earlier one began.
 *
 * @param files of the merge, by their name in the folder, with their sha256.
 * @throws UsageError: what is there.
 */
export async function refuseOthersWork(
  outputDir: string,
  job: Job,
  files: ReadonlyMap<string, string>,
): Promise<void> {
  const isOther = (before: Job | undefined) => before !== undefined && jobDifferences(before, job) !== '';
  let found: string | undefined;
  if (isOther(readManifest(outputDir, 'choose another folder')?.job)) found = 'the manifest';
  else if (isOther(readJob(join(outputDir, JOURNAL_FOLDER)))) found = 'the journal';
  else
    for (const name of predictionsIn(outputDir))
      if ((await fileSha256(join(outputDir, name))) !== files.get(name)) found ??= name;
  if (found !== undefined)
    throw new UsageError(
      `${outputDir}: holds ${found} of another run, which merge would delete; choose another folder`,
    );
}

/** Takes away journal, manifest and predictions. */
export function clearRun(outputDir: string): void {
  removeJournal(outputDir);
  removeManifest(outputDir);
  removePredictions(outputDir, []);
}

/** Takes away the files of predictions but those that are named. */
export function removePredictions(outputDir: string, kept: readonly string[]): void {
  for (const name of predictionsIn(outputDir))
    if (!kept.includes(name)) rmSync(join(outputDir, name), { force: true });
}

function predictionsIn(folder: string): string[] {
  return namesIn(folder).filter((name) => PREDICTIONS_PATTERN.test(name));
}

function counted(count: number, noun: string, rest = ''): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}${rest}`;
}

function namesIn(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
}
