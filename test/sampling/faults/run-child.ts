/**
 * A run in a process of its own, for tests that kill it. Its one argument is JSON; it says "running" when the first
 * block may begin, and ends with the exit code and the line on stderr that the command line would give.
 */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { interruptible } from '../../../src/cli/interrupt.js';
import { JetIqnError } from '../../../src/errors.js';
import { predictionContents } from '../../../src/sampling/prediction-files.js';
import { runSample } from '../../../src/sampling/run-sample.js';
import { runStudyPass } from '../../../src/sampling/run-study-pass.js';
import { closedFormEngine, SOME_EDGES, someJets } from '../closed-form-engine.js';
import type { ClosedFormOptions } from '../closed-form-session.js';
import { totalsBytes } from '../totals-bytes.js';

export interface ChildRun {
  readonly kind: 'study' | 'sample';
  readonly outputDir: string;
  readonly jets: number;
  readonly samples: number;
  readonly resume?: boolean;
  readonly threads?: number;
  readonly engine?: ClosedFormOptions;
  /** Take this file for the input: its sha256 is read at the start. */
  readonly input?: string;
}

const run: ChildRun = JSON.parse(process.argv[2]);
const { signal } = interruptible();
let announced = false;
const common = {
  engine: { ...closedFormEngine(run.engine), task: 'simulation' },
  table: run.input === undefined ? someJets(run.jets) : namedJets(run.jets, run.input),
  samples: run.samples,
  seed: 11,
  threads: run.threads ?? 2,
  outputDir: run.outputDir,
  resume: run.resume ?? false,
  signal,
  onProgress(done: number) {
    if (!announced) process.stdout.write(`running from ${done}\n`);
    announced = true;
  },
} as const;

try {
  if (run.kind === 'study') {
    const { totals } = await runStudyPass({ ...common, task: 'simulation', edges: SOME_EDGES });
    process.stdout.write(`result ${createHash('sha256').update(totalsBytes(totals!)).digest('hex')}\n`);
  } else {
    const { manifest } = await runSample({
      ...common,
      contents: predictionContents({ columns: ['pt'] }),
    });
    process.stdout.write(`result ${createHash('sha256').update(JSON.stringify(manifest)).digest('hex')}\n`);
  }
} catch (error) {
  process.stderr.write(`${error instanceof JetIqnError ? error.message : (error as Error).stack}\n`);
  process.exitCode = error instanceof JetIqnError ? error.exitCode : 99;
}

function namedJets(rows: number, file: string) {
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  const { columns } = someJets(rows);
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  return { rows, columns, source: { name: file, sha256 } };
}
