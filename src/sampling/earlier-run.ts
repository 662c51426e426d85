/** What an earlier run left in an output folder: finished work is deleted only where that was asked for. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.js';
import { JOURNAL_FOLDER } from './journal.js';
import { PREDICTIONS_PATTERN } from './predictions/prediction-files.js';
import { manifestIn } from './predictions/predictions-manifest.js';

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
  const files = namesIn(outputDir).filter((name) => PREDICTIONS_PATTERN.test(name)).length;
  if (files > 0) return counted(files, 'file', ' of predictions');
  return manifestIn(outputDir);
}

function counted(count: number, noun: string, rest = ''): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}${rest}`;
}

function namesIn(folder: string): readonly string[] {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
}
