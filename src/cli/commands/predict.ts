/** `jet-iqn predict`: one row a jet: quantiles of its prediction, CDF and density at given jets. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../errors.js';
import { formatOfName, type TableFormat } from '../../files/table-formats.js';
import { addCommonOptions, commonOptions, MODEL_OPTIONS, type ModelOptions } from '../options.js';
import { say, summaryStream, warn, writeJson } from '../output.js';
import { startProgress } from '../progress.js';
import { heldWords, readVariation, type VariationOptions, variationOptions } from '../read-variation.js';
import { readTaskJets } from '../task-jets.js';

const EXAMPLES = `
Examples:
  jet-iqn predict models/correction jets.parquet -o corrected.parquet --median
  jet-iqn predict models/simulation jets.parquet -o bands.csv --quantile 0.16 0.5 0.84
  jet-iqn predict models/simulation jets.parquet -o tested.parquet --cdf --density
  jet-iqn predict models/correction nano.root -o corrected.parquet --median
  jet-iqn predict models/correction jets.parquet -o flat.parquet --prior flat
  jet-iqn predict models/correction jets.parquet -o corrected.parquet --prior analysis.parquet --samples 10000

Takes every jet that the model can: all gen jets for simulation, all raw jets for correction, matched or not. Columns:
jet_index (row of the input), then, where the input has them, run, luminosityBlock, event and the jet's index in its
collection (genJetIdx, jetIdx); pt_q16, …: quantiles of one variable by itself, of pt exact, of
eta, phi and mass from --samples predictions; pt_cdf, …: the conditional CDFs at the jets' own target values, each given
the variables before it; log_density: the natural logarithm of p(y | x) there, per GeV² and radian. --cdf and --density
need the target's columns: reco_ for simulation, gen_ for correction. Default: --quantile 0.16 0.5 0.84.

--prior weights the samples of a correction, which depend on the spectrum of gen jets that it was trained on, to another:
flat (even in pt and |eta| where training had jets), a file of jets (gen_pt, gen_eta, …; --prior-weight names a column of
weights) or a histogram of pt, or of pt and |eta| (UHI JSON). All quantiles are then those of the weighted samples;
effective_samples says how many equal ones they are worth, and a row without any is NaN.

--pt-scale and --pt-resolution: as of sample; pt_up_q50, … where they have an up and a down. Of a correctionlib file pt's
quantiles are from samples too.`;

interface PredictCommandOptions extends ModelOptions, VariationOptions {
  readonly output: string;
  readonly quantile?: number[];
  readonly median: boolean;
  readonly cdf: boolean;
  readonly density: boolean;
  readonly keep?: string[];
  readonly maxDeltaR?: number | true;
  readonly prior?: string;
  readonly priorWeight?: string;
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
        '--prior <flat|file>',
        'quantiles under this spectrum of gen jets, instead of the training’s',
      ).conflicts(['cdf', 'density']),
    )
    .option('--prior-weight <column>', 'weights of the jets of --prior (default: 1 each)')
    .addOption(commonOptions.samples(1000));
  for (const option of variationOptions()) command.addOption(option.conflicts(['cdf', 'density', 'prior']));
  addCommonOptions(command, ['keep', 'maxDeltaR', ...MODEL_OPTIONS]);
  return command.addHelpText('after', EXAMPLES).action(runPredictCommand);
}

async function runPredictCommand(
  folder: string,
  jets: string,
  options: PredictCommandOptions,
): Promise<void> {
  const { output, cdf, density, prior: asked, priorWeight, samples, seed, threads, json, quiet } = options;
  const format = formatOf(output);
  const { checkInputsAndOutput } = await import('../../files/inputs-and-output.js');
  checkInputsAndOutput([jets, ...(asked === undefined ? [] : [asked])], output, folder);
  const { readBundle } = await import('../../model/bundle-node.js');
  const { STAGES_OF_TASK } = await import('../../model/tasks.js');
  const { readPrior } = await import('../read-prior.js');
  const { bundleEngine } = await import('../../engines/open.js');
  const { FEW_SAMPLES } = await import('../../sampling/prior.js');
  const { runPredict } = await import('../../sampling/run-predict.js');
  const { card } = await readBundle(folder);
  const { input, target } = STAGES_OF_TASK[card.task];
  if (asked === undefined && priorWeight !== undefined)
    throw new UsageError('--prior-weight names a column of the jets of --prior; give --prior FILE');
  const prior = asked === undefined ? undefined : await readPrior(folder, card, asked, priorWeight);
  for (const note of prior?.notes ?? []) warn(note, { quiet });
  const variation = await readVariation(options);
  const stages = cdf || density ? [input, target] : [input];
  const { table, notes } = await readTaskJets(jets, card, { ...options, stages, keys: true });
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
      prior: prior?.prior,
      priorName: prior?.name,
      variation,
      samples,
      seed,
      threads,
      onProgress: (done) => progress.update(done),
    });
    progress.stop();
    if (result.beyond > 0)
      warn(`${result.beyond} values lie beyond what the model gives: CDF 0 or 1, density 0`, { quiet });
    if (result.crossed > 0)
      warn(`quantiles cross ${result.crossed} times: there the CDF is that of the samples`, { quiet });
    if (result.none > 0)
      warn(`${result.none} jets have no sample that --prior wants: their row is NaN`, { quiet });
    if (result.few > 0)
      warn(
        `${result.few} jets have fewer than ${FEW_SAMPLES} effective samples, their quantiles are rough; raise --samples`,
        { quiet },
      );
    if (result.untrained > 0)
      warn(
        `${result.untrained} of ${result.rows * samples} samples are unlike any gen jet of the training and do not count`,
        { quiet },
      );
    if (result.held > 0) warn(heldWords(result.held), { quiet });
    const to = summaryStream(output);
    const told = prior && { prior: { name: prior.name, notes: prior.notes } };
    if (json) writeJson({ output, ...told, ...variation?.names, ...result, ...notes }, to);
    else say(`${result.rows} jets × ${result.columns.length} columns in ${output}`, to);
  } finally {
    progress.stop();
  }
}

function levelsOf({ quantile = [], median, cdf, density }: PredictCommandOptions): number[] {
  const asked = new Set([...quantile, ...(median ? [0.5] : [])]);
  if (asked.size === 0 && !cdf && !density) return [0.16, 0.5, 0.84];
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
  const format = formatOfName(output);
  if (!format)
    throw new UsageError(
      `${output} must end in .parquet, .arrow, .feather, .csv, .npy: that says the format`,
    );
  return format;
}
