/** Trains a small run in a process of its own, so that it can be killed: `train-child.js FOLDER RESUME OPTIONS`. */
import { InterruptedError } from '../../src/errors.js';
import { train } from '../../training/train.js';
import { type SmallRun, smallRun } from './small-run.js';

const [folder, resume, options] = process.argv.slice(2) as [string, string, string];
const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
const run = await smallRun(folder, JSON.parse(options) as SmallRun);
process.stdout.write('ready\n');
try {
  const { state } = await train({
    ...run,
    resume: resume === 'resume',
    signal: interruption.signal,
    onProgress: ({ step }) => process.stdout.write(`step ${step}\n`),
  });
  process.stdout.write(`done ${state.step}\n`);
} catch (error) {
  if (!(error instanceof InterruptedError)) throw error;
  process.stdout.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
