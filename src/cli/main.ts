#!/usr/bin/env node
/**
 * The command line's one door: names to commands, and every failure to one line and an exit code.
 *
 * 0 done; 1 the run failed; 2 bad usage or bad input; 3 a study failed its model (--strict); 130 interrupted.
 */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { JetIqnError, printable } from '../errors.js';
import { diskError } from '../files/durable-file.js';
import { version } from '../version.js';
import { compareCommand } from './commands/compare.js';
import { convertCommand } from './commands/convert.js';
import { exportCommand } from './commands/export.js';
import { foldCommand } from './commands/fold.js';
import { histogramsCommand } from './commands/histograms.js';
import { infoCommand } from './commands/info.js';
import { mergeCommand } from './commands/merge.js';
import { predictCommand } from './commands/predict.js';
import { sampleCommand } from './commands/sample.js';
import { setupNativeCommand } from './commands/setup-native.js';
import { studyCommand } from './commands/study.js';
import { trainCommand } from './commands/train.js';
import { tidyOnSignals } from './interrupt.js';

/** The whole command line, in the order in which a newcomer needs it. */
export function program(): Command {
  const root = new Command('jet-iqn')
    .description('A detector’s answer to a jet as a whole distribution: train, export, sample and validate.')
    .version(version, '-V, --version')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(usageLine(text)) })
    .addHelpText('after', EXAMPLES);
  const commands = [
    studyCommand(),
    sampleCommand(),
    predictCommand(),
    foldCommand(),
    mergeCommand(),
    compareCommand(),
    histogramsCommand(),
    convertCommand(),
    trainCommand(),
    exportCommand(),
    infoCommand(),
    setupNativeCommand(),
  ];
  for (const command of commands) root.addCommand(command.copyInheritedSettings(root));
  return root;
}

/** Commander's sentence as our one line. */
function usageLine(text: string): string {
  return `jet-iqn: ${text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ')} (--help lists the options)\n`;
}

const EXAMPLES = `
Examples:
  jet-iqn convert nano.root -o jets.parquet                 CMS NanoAOD and other files → a jets table
  jet-iqn sample models/simulation jets.parquet -o out      predictions as Parquet files
  jet-iqn predict models/correction jets.parquet -o corrected.parquet --median
  jet-iqn study models/simulation jets.parquet -o out       is the model right on my jets?
  jet-iqn compare out-a out-b -o compare.html               which of two models is better?
  jet-iqn train jets.parquet --task simulation -o runs/a    train on my own jets
  jet-iqn export runs/a -o my-model                         a trained run → a bundle of ONNX files`;

/** Runs one command line and returns its exit code; writes the error line itself. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    await program().parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof JetIqnError) {
      process.stderr.write(`jet-iqn: ${error.message}\n`);
      return error.exitCode;
    }
    const text = String(error instanceof Error ? error.stack : error);
    process.stderr.write(
      `jet-iqn: this is a bug, please report it: ${text.split('\n').map(printable).join('\n')}\n`,
    );
    return 1;
  }
}

/**
 * A stream that fails raises an error where nobody can catch it, which ends the process. A long run goes on without its
 * progress; a reader that has seen enough (`| head -1`) is no failure, but a result that is lost on a full disk is one.
 */
function outliveStreams(): void {
  process.stderr.on('error', () => {});
  let told = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || told) return;
    told = true;
    process.stderr.write(`jet-iqn: ${(diskError('standard output', error) as Error).message}\n`);
    process.once('exit', () => {
      process.exitCode ||= 1;
    });
  });
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  outliveStreams();
  tidyOnSignals();
  process.exitCode = await run(process.argv.slice(2));
}
