/** A job as tests of jobs and journals need one. */
import { JOB_FORMAT, type Job } from '../../src/sampling/job.js';

export const SOME_JOB: Job = {
  format: JOB_FORMAT,
  keeps: 'study',
  task: 'simulation',
  bundle: { name: 'a', sha256: 'a'.repeat(64) },
  engine: 'ort',
  seed: 1,
  input: { name: 'jets.parquet', sha256: 'b'.repeat(64) },
  jets: 100,
  samples: 10,
  contents: {},
  versions: {},
};
