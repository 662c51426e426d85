/** `jet-iqn train`: jets → a run folder with checkpoints, from which `jet-iqn export` makes a bundle. */
import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { SETTINGS } from '../../../training/options.js';
import type { RunConfig } from '../../../training/run-config.js';
import type { TrainingFigures } from '../../../training/train.js';
import { UsageError } from '../../errors.js';
import { interruptible } from '../interrupt.js';
import {
  commonOptions,
  duration,
  finiteNumber,
  nameList,
  positiveInteger,
  positiveIntegerList,
  seed,
} from '../options.js';
import { say, warn, writeJson } from '../output.js';
import { type Progress, startProgress } from '../progress.js';
import { sayDropped } from '../task-jets.js';
import { chosenOptions, commandLine, type TrainCommandOptions } from '../train-options.js';

const EXAMPLES = `
Examples:
  jet-iqn train jets.parquet --task simulation -o runs/simulation
  jet-iqn train jets.parquet --task correction --network paper --max-time 5m -o runs/paper
  jet-iqn train jets.parquet --task simulation -o runs/wide --set trunk=256,256 learning-rate=0.002
  jet-iqn train jets.parquet --task simulation -o runs/simulation --resume     after an interruption

The run folder holds last/ and best/ (weights), config.json, metrics.jsonl and training.html.
jet-iqn export RUN -o BUNDLE makes a bundle of it.`;

export function trainCommand(): Command {
  const command = new Command('train');
  return command
    .description('train a network on pairs of jets')
    .argument('<jets>', 'a jets table: Parquet, CSV …')
    .requiredOption('-o, --output <folder>', 'the run folder')
    .addOption(new Option('--task <name>', 'simulation: gen → reco; correction: raw → gen'))
    .option('--network <name>', 'amortised, paper or monotone (default: amortised)')
    .option('--epochs <n>', 'passes over all jets (default: 25; paper: 40)', finiteNumber)
    .option('--max-time <duration>', 'plan the whole run for this long: 90s, 30m, 2h', duration)
    .option(
      '--refine <epochs>',
      'further passes that follow the likelihood, for better densities (default: 4/5 of --epochs; paper: 0)',
      finiteNumber,
    )
    .option('--batch <rows>', 'rows of a step, four to a jet (default: 4096)', positiveInteger)
    .option(
      '--head <units>',
      'amortised, monotone: units of each head layer (default: 24,24,24)',
      positiveIntegerList,
    )
    .option('--inputs <columns>', 'extra input columns, for example rho,flavour', nameList)
    .option(
      '--cells <n>',
      'cells of the calorimeter around phi, even; 0: only the paper’s inputs (default: 72, as CMS has; paper: 0)',
      finiteNumber,
    )
    .option(
      '--symmetric',
      'the detector is the same for both signs of eta and phi and from cell to cell: train on mirrored and turned jets',
    )
    .option('--weight <column>', 'column of jet weights')
    .option('--seed <n>', 'seed of all random numbers but those of the split (default: 1)', seed)
    .addOption(
      new Option('--backend <name>', 'default: the fastest there is').choices(['tfjs-node', 'plain']),
    )
    .option('--description <text>', 'what the jets are, for the model card', '')
    .addOption(commonOptions.collection())
    .addOption(commonOptions.maxDeltaR())
    .addOption(commonOptions.limit())
    .addOption(commonOptions.resume())
    .addOption(commonOptions.json())
    .addOption(commonOptions.quiet())
    .option('--set <name=value...>', 'one of the further options that --help-all lists')
    .option('--help-all', 'these options and the further ones')
    .on('option:help-all', () => helpAll(command))
    .addHelpText('after', EXAMPLES)
    .action(async (jets: string, _options: unknown, command: Command) => {
      await trainJets(jets, command);
    });
}

/** @throws CommanderError with exit code 0: a command that was asked for help does nothing else. */
function helpAll(command: Command): never {
  const further = Object.entries(SETTINGS).map(([name, { help }]) => `  ${name.padEnd(20)}${help}`);
  say(`${command.helpInformation()}\nFurther options, by --set name=value:\n${further.join('\n')}`);
  throw new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)');
}

async function trainJets(path: string, command: Command): Promise<void> {
  const given = command.opts<TrainCommandOptions>();
  const { lockFolder } = await import('../../files/lock.js');
  const { diskError } = await import('../../files/durable-file.js');
  const { checkInputsAndFolder } = await import('../../files/inputs-and-output.js');
  checkInputsAndFolder([path], given.output);
  const isNew = !existsSync(given.output);
  const unlock = lockFolder(given.output);
  try {
    await trainLocked(path, command, given);
  } catch (error) {
    throw diskError(given.output, error);
  } finally {
    unlock();
    // Refused before there was anything to keep.
    if (isNew && readdirSync(given.output).length === 0) rmdirSync(given.output);
  }
}

async function trainLocked(path: string, command: Command, given: TrainCommandOptions): Promise<void> {
  const { createDataset } = await import('../../../training/dataset.js');
  const { loadBackend } = await import('../../../training/backend.js');
  const { newRunConfig } = await import('../../../training/run-config.js');
  const { REFINING_COST, train } = await import('../../../training/train.js');
  const { readJets } = await import('../../files/read-jets.js');
  const { STAGES_OF_TASK } = await import('../../model/tasks.js');

  const { options, config: stored } = await chosenOptions(given, command);
  const backend = await loadBackend(given.backend);
  if (!given.quiet) process.stderr.write(`Training with ${backend.description}.\n`);
  const { input, target } = STAGES_OF_TASK[options.task];
  const table = await readJets(path, {
    stages: [input, target],
    keys: true,
    extra: [...options.inputs, ...(options.weight === null ? [] : [options.weight])],
    ...(given.limit === undefined ? {} : { limit: given.limit }),
    collection: given.collection,
    maxDeltaR: given.maxDeltaR,
    onWarning: (message) => warn(message, given),
  });
  sayDropped(table.source, given.quiet);
  const dataset = createDataset(table, options);
  const config: RunConfig =
    stored ??
    newRunConfig({
      name: basename(resolve(given.output)),
      options,
      table,
      dataset,
      backend,
      description: given.description,
      command: commandLine(process.argv.slice(2)),
    });
  if (config.data.sha256 !== table.source.sha256 || config.data.rows !== table.rows)
    throw new UsageError(
      `${path} is not what ${given.output} was trained on (${config.data.name}, ${config.data.rows} jets)`,
    );

  const interrupt = interruptible({ finishing: 'the step under way and saving', quiet: given.quiet });
  let progress: Progress | undefined;
  try {
    const result = await train({
      folder: given.output,
      config,
      dataset,
      backend,
      resume: given.resume,
      signal: interrupt.signal,
      onProgress(figures) {
        progress ??= startProgress({
          label: 'training',
          total: options.maxSeconds ?? figures.steps * options.batch,
          start: options.maxSeconds === null ? figures.rows : figures.seconds,
          unit: options.maxSeconds === null ? 'rows' : 's',
          ...(options.maxSeconds === null && {
            work: (rows: number) =>
              rows + (REFINING_COST - 1) * Math.max(0, rows - figures.quantileSteps * options.batch),
          }),
          quiet: given.quiet,
        });
        progress.update(
          options.maxSeconds === null ? figures.rows : Math.min(figures.seconds, options.maxSeconds),
          progressNotes(figures),
        );
      },
    });
    progress?.stop();
    const { pinball, sum, crossings } = result.validation;
    if (given.json) writeJson({ folder: given.output, ...result, dropped: table.source.dropped ?? {} });
    else
      say(
        `Validation pinball loss ${sum.toFixed(4)} (${Object.entries(pinball)
          .map(([variable, loss]) => `${variable} ${loss.toFixed(4)}`)
          .join(', ')}), crossings ${(100 * crossings).toPrecision(2)} %, ` +
          `${Math.round(result.state.seconds)} s, ${Math.round(result.rowsPerSecond / 1000)} k rows/s\n` +
          `Curves: ${result.page}\n` +
          `Next: jet-iqn export ${given.output} -o models/${config.name}`,
      );
  } finally {
    progress?.stop();
    interrupt.dispose();
  }
}

function progressNotes({
  epoch,
  pinball,
  likelihood,
  penalty,
  crossings,
  rowsPerSecond,
  validation,
}: TrainingFigures): string[] {
  return [
    pinball === null
      ? `refining: −log density ${(4 * likelihood!).toFixed(4)}`
      : `pinball ${pinball.toFixed(4)}`,
    `epoch ${epoch.toFixed(1)}`,
    `penalty ${penalty.toExponential(1)}`,
    `crossings ${(100 * crossings).toPrecision(2)} %`,
    `${Math.round(rowsPerSecond / 1000)} k rows/s`,
    ...(validation ? [`validation ${validation.sum.toFixed(4)}`] : []),
  ];
}
