/** `jet-iqn predict`: one row a jet: quantiles of its prediction, CDF and density at given jets, or what it came from. */
import { extname } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../errors.js';
import type { TableFormat } from '../../files/table-formats.js';
import type { EngineName } from '../../sampling/engine.js';
import { addCommonOptions, commonOptions } from '../options.js';
import { warn, writeJson } from '../output.js';
import { startProgress } from '../progress.js';
import { readTaskJets } from '../task-jets.js';

const EXAMPLES = `
Examples:
  jet-iqn predict models/correction jets.parquet -o corrected.parquet --median
  jet-iqn predict models/simulation jets.parquet -o bands.csv --quantile 0.16 0.5 0.84
  jet-iqn predict models/simulation jets.parquet -o tested.parquet --cdf --density
  jet-iqn predict models/correction nano.root -o corrected.parquet --median --keep run luminosityBlock event jet
  jet-iqn predict models/simulation observed.parquet -o gen.parquet --likelihood

Columns: jet_index (row of the input); pt_q16, …: quantiles of one variable whatever the others are, of pt exact, of
eta, phi and mass from --samples predictions; pt_cdf, …: the conditional CDFs at the jets' own target values, each given
the variables before it; log_density: the natural logarithm of p(y | x) there, per GeV² and radian. --cdf and --density
need the target's columns: reco_ for simulation, gen_ for correction. Default: --quantile 0.16 0.5 0.84.

--likelihood goes the other way with a simulation's bundle, and needs no spectrum of gen jets as a correction does: for
each observed jet (the reco_ columns, which the bundle predicts) gen_pt, gen_pt_low, gen_pt_high, …: the gen jet that makes
it most likely, and where the profile likelihood has fallen by Δ ln L = ½. How often such intervals hold the true jet is
measured in docs/likelihood.md: less than 68 % where a response has tails. NaN where the model gives no such jet.`;

/** Endings of the output's name, and the format that each stands for. */
const ENDINGS: Readonly<Record<string, TableFormat>> = {
  '.parquet': 'parquet',
  '.arrow': 'arrow',
  '.feather': 'arrow',
  '.csv': 'csv',
  '.npy': 'npy',
};

interface PredictCommandOptions {
  readonly output: string;
  readonly quantile?: number[];
  readonly median: boolean;
  readonly cdf: boolean;
  readonly density: boolean;
  readonly keep?: string[];
  readonly likelihood: boolean;
  readonly samples: number;
  readonly engine: EngineName;
  readonly seed: number;
  readonly threads: number;
  readonly limit?: number;
  readonly strictRange: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

export function predictCommand(): Command {
  const command = new Command('predict')
    .description('quantiles, medians, CDFs and densities of each jet’s prediction, as one table')
    .argument('<bundle>', 'folder of the model')
    .argument('<jets>', 'file of jets, or - for standard input')
    .requiredOption('-o, --output <file>', 'the table; its ending says the format: parquet, arrow, csv, npy')
    .addOption(new Option('--quantile <levels...>', 'in (0, 1)').argParser(level))
    .option('--median', 'the same as --quantile 0.5', false)
    .option('--cdf', 'conditional CDFs at the target values in the file', false)
    .option('--density', 'log density at the target values in the file', false)
    .addOption(
      new Option(
        '--likelihood',
        'most likely gen jets of the observed ones, with intervals of the profile likelihood (Δ ln L = ½)',
      )
        .default(false)
        .conflicts(['quantile', 'median', 'cdf', 'density']),
    )
    .addOption(commonOptions.samples(1000));
  addCommonOptions(command, ['engine', 'keep', 'seed', 'threads', 'limit', 'strictRange', 'json', 'quiet']);
  return command.addHelpText('after', EXAMPLES).action(runPredictCommand);
}

async function runPredictCommand(
  folder: string,
  jets: string,
  options: PredictCommandOptions,
): Promise<void> {
  const { output, cdf, density, likelihood, samples, seed, threads, json, quiet } = options;
  const format = formatOf(output);
  const { checkInputsAndOutput } = await import('../../files/inputs-and-output.js');
  checkInputsAndOutput([jets], output);
  const { readBundle } = await import('../../model/bundle-node.js');
  const { STAGES_OF_TASK } = await import('../../model/tasks.js');
  const { trainedBox } = await import('../../model/likelihood/coordinates.js');
  const { bundleEngine } = await import('../../sampling/engine.js');
  const { runPredict } = await import('../../sampling/given/run-predict.js');
  const { card } = await readBundle(folder);
  const { input, target } = STAGES_OF_TASK[card.task];
  if (likelihood && card.task !== 'simulation')
    throw new UsageError(
      `--likelihood asks which gen jet an observed one came from: give the bundle of a simulation; ${folder} is a ${card.task}`,
    );
  const stages = likelihood ? [target] : cdf || density ? [input, target] : [input];
  const table = await readTaskJets(jets, card, { ...options, stages, inputsMissing: likelihood });
  const engine = await bundleEngine(folder, options.engine);
  if (engine.note) warn(engine.note, { quiet });
  const progress = startProgress({ label: 'predicting', total: table.rows, unit: 'jets', quiet });
  try {
    const result = await runPredict({
      engine,
      card,
      table,
      output,
      format,
      quantiles: levelsOf(options),
      cdf,
      density,
      likelihood: likelihood ? trainedBox(card.range) : undefined,
      samples,
      seed,
      threads,
      onProgress: (done) => progress.update(done),
    });
    progress.stop();
    if (result.outside > 0)
      warn(`${result.outside} values lie beyond what the model gives: CDF 0 or 1, density 0`, { quiet });
    if (result.crossed > 0)
      warn(`quantiles cross ${result.crossed} times: there the CDF is that of the samples`, { quiet });
    if (result.open > 0)
      warn(
        `${result.open} ends of intervals are those of the training data or of the fit: the likelihood has not fallen there`,
        {
          quiet,
        },
      );
    if (result.none > 0)
      warn(`${result.none} jets are none that the model gives: their row is NaN`, { quiet });
    if (json) writeJson({ output, ...result });
    else process.stdout.write(`${result.rows} jets × ${result.columns.length} columns in ${output}\n`);
  } finally {
    progress.stop();
  }
}

function levelsOf({ quantile = [], median, cdf, density, likelihood }: PredictCommandOptions): number[] {
  const asked = new Set([...quantile, ...(median ? [0.5] : [])]);
  if (asked.size === 0 && !cdf && !density && !likelihood) return [0.16, 0.5, 0.84];
  return [...asked].sort((a, b) => a - b);
}

/** One of several levels: commander collects them. */
function level(text: string, before: number[] | undefined): number[] {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value < 1))
    throw new InvalidArgumentError('Give numbers between 0 and 1, for example 0.16 0.5 0.84.');
  return [...(before ?? []), value];
}

function formatOf(output: string): TableFormat {
  const format = ENDINGS[extname(output).toLowerCase()];
  if (!format)
    throw new UsageError(`${output} must end in ${Object.keys(ENDINGS).join(', ')}: that says the format`);
  return format;
}
