/** What an earlier run left in an output folder: finished work is deleted only where that was asked for. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.js';
import { fileSha256 } from '../files/durable-file.js';
import { type Job, jobDifferences } from './job.js';
import { FINISHED_BLOCK, JOURNAL_FOLDER, jobMark, readJob, removeJournal } from './journal.js';
import { hasManifest, MANIFEST_FILE, readManifest } from './manifest.js';
import { PREDICTIONS_PATTERN } from './prediction-files.js';

/** What a study writes. */
const REPORT_FILES = ['report.html', 'report.json', 'histograms.json', 'figures'];

/**
 * Refuses a folder in which a new run would delete what an earlier one has finished, or what is not ours: blocks in a
 * journal, and, where the run writes a manifest, predictions and the manifest of others, where it writes a report, files of
 * that name.
 *
 * @param writesManifest whether the run is one of `sample`, or of a shard; else it writes a report.
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
  if (!writesManifest) return reportFileIn(outputDir);
  const files = predictionsIn(outputDir).length;
  if (files > 0) return counted(files, 'file', ' of predictions');
  return hasManifest(outputDir) ? MANIFEST_FILE : undefined;
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

function reportFileIn(outputDir: string): string | undefined {
  return REPORT_FILES.find((name) => existsSync(join(outputDir, name)));
}

/**
 * The report that a folder holds, of the same study.
 *
 * @param mark of the study's job: {@link jobMark}.
 * @param isSame told the `job` of the report.
 * @returns report.json, unchecked; undefined where there is no report, or that of the journal is under way.
 * @throws UsageError where a report, or anything of its name, is another's.
 */
export function ownReport(outputDir: string, mark: string, isSame: (job: string) => boolean): unknown {
  const found = reportFileIn(outputDir);
  if (found === undefined) return undefined;
  try {
    const report: { job?: string } | null = JSON.parse(readFileSync(join(outputDir, 'report.json'), 'utf8'));
    if (isSame(report?.job ?? '')) return report;
  } catch {
    // Not of the same study.
  }
  const journal = readJob(join(outputDir, JOURNAL_FOLDER));
  if (journal && jobMark(journal) === mark) return undefined;
  throw new UsageError(
    `${outputDir}: holds ${found} of a study with other options or jets, or of something else; choose another folder, or have study --overwrite replace it`,
  );
}

/** Takes away journal, manifest and predictions. */
export function clearRun(outputDir: string): void {
  removeJournal(outputDir);
  rmSync(join(outputDir, MANIFEST_FILE), { force: true });
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
