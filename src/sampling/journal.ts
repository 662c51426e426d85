/**
 * The finished blocks of a job on disk: journal/job.json says what the job is, one file a block holds its result.
 *
 * A block's file appears only when it is whole and flushed, so that a run killed at any moment leaves a journal from
 * which the next one goes on.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, UsageError } from '../errors.js';
import { diskError, makeFolder, removeUnfinished, writeDurably } from '../files/durable-file.js';
import { isShallow } from '../model/card.js';
import { JOB_FORMAT, type Job, jobDifferences, jobText } from './job.js';

export const JOURNAL_FOLDER = 'journal';
export const JOB_FILE = 'job.json';
/** A block's result in a journal of a study, or its record in one of `sample`. */
export const FINISHED_BLOCK = /^block-\d{6,}\.(bin|json)$/;

export interface Journal {
  /** The folder of the block files. */
  readonly folder: string;
  /** sha256 of the job, without the names of files: what blocks are marked with. */
  readonly mark: string;
}

/** What blocks of a job are marked with, so that no block is taken for another job's. */
export function jobMark(job: Job): string {
  const unnamed = {
    ...job,
    bundle: { ...job.bundle, name: '' },
    input: { ...job.input, name: '' },
  };
  return createHash('sha256').update(jobText(unnamed)).digest('hex');
}

/**
 * Opens the journal of an output folder. Without `resume`, what an earlier run left is removed.
 *
 * @throws UsageError where the folder's journal belongs to another job: says what differs.
 */
export function openJournal(outputFolder: string, job: Job, resume: boolean): Journal {
  const folder = join(outputFolder, JOURNAL_FOLDER);
  try {
    if (!resume) removeJournal(outputFolder);
    makeFolder(folder);
    const before = readJob(folder);
    if (before) {
      const differences = jobDifferences(before, job);
      if (differences !== '')
        throw new UsageError(
          `${outputFolder}: cannot resume, this run differs in ${differences}; repeat the first command or choose another folder`,
        );
      removeUnfinished(folder);
    } else {
      removeJournal(outputFolder);
      makeFolder(folder);
      writeDurably(join(folder, JOB_FILE), [jobText(job)]);
    }
  } catch (error) {
    throw diskError(folder, error);
  }
  return { folder, mark: jobMark(job) };
}

/** The job of a journal; undefined where there is none yet. */
export function readJob(folder: string): Job | undefined {
  const path = join(folder, JOB_FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const job = parsed(text);
  if (job?.format === JOB_FORMAT && isShallow(job)) return job as Job;
  throw new InputError(path, 'is damaged, or of another version; remove its folder and start again');
}

function parsed(text: string): Partial<Job> | undefined {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Where the journal keeps the record of a finished file. */
export function recordPath(journalFolder: string, block: number): string {
  return join(journalFolder, `block-${String(block).padStart(6, '0')}.json`);
}

/** The file of a block's result. */
export function blockPath(folder: string, block: number): string {
  return join(folder, `block-${String(block).padStart(6, '0')}.bin`);
}

/** Takes away the journal of an output folder, when what was to be made of it is on disk. */
export function removeJournal(outputFolder: string): void {
  const folder = join(outputFolder, JOURNAL_FOLDER);
  if (!existsSync(folder)) return;
  removeUnfinished(folder);
  for (const name of readdirSync(folder))
    if (name === JOB_FILE || FINISHED_BLOCK.test(name)) rmSync(join(folder, name), { force: true });
  // What else is there is somebody's.
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
}
