/** `jet-iqn sample`: predictions for jets, all of them or quantiles, in files of any table format. */
import { Command, Option } from 'commander';
import { TABLE_FORMATS } from '../../files/table-formats.js';
import { sayShard } from '../array-job.js';
import { interruptible } from '../interrupt.js';
import {
  addCommonOptions,
  BLOCK_OPTIONS,
  type BlockOptions,
  commonOptions,
  MODEL_OPTIONS,
  type ModelOptions,
  nameList,
  probabilityList,
} from '../options.js';
import { say, shortNumber, warn, writeJson } from '../output.js';
import { lazyProgress } from '../progress.js';
import { heldWords, readVariation, type VariationOptions, variationOptions } from '../read-variation.js';
import { readTaskJets } from '../task-jets.js';

const EXAMPLES = `
Examples:
  jet-iqn sample models/simulation jets.parquet -o out --samples 1000
  jet-iqn sample models/correction jets.parquet -o out --quantiles 0.16,0.5,0.84
  jet-iqn sample models/simulation jets.parquet -o part-3 --shard 3/16 --format arrow --columns pt,mass
  jet-iqn sample models/simulation nano.root -o out --nested
  jet-iqn sample models/simulation nano.root -o out --samples 1 --pt-resolution jer.json.gz:ScaleFactor

Takes every jet that the model can: all gen jets for simulation, all raw jets for correction, matched or not. Writes
predictions-000000.parquet, … and _manifest.json. Columns: jet_index (row of the input), sample_index, pt [GeV], eta, phi
[rad], mass [GeV], in order of jet, then sample. With --quantiles one row a jet: jet_index, pt_q16, pt_q50, …; with --nested
one row a jet, whose pt, eta, phi, mass are lists. Behind jet_index stand, where the input has them, run, luminosityBlock,
event and the jet's index in its collection (genJetIdx, jetIdx), and what --keep names.

--pt-scale and --pt-resolution vary pt with the same random numbers: pt' = scale (median + resolution (pt - median)), mass by
the same factor. Where they have an up and a down, pt_up, mass_up, pt_down, mass_down stand behind mass.`;

interface SampleCommandOptions extends ModelOptions, BlockOptions, VariationOptions {
  readonly output: string;
  readonly format: string;
  readonly columns?: string[];
  readonly quantiles?: number[];
  readonly nested: boolean;
  readonly keep?: string[];
}

export function sampleCommand(): Command {
  const command = new Command('sample')
    .description('predict jets, many times each, into Parquet, Arrow, CSV or NPY files')
    .argument('<bundle>', 'folder of the model')
    .argument('<jets>', 'file of jets, or - for standard input')
    .requiredOption('-o, --output <folder>', 'where the files go')
    .addOption(commonOptions.samples(1000))
    .addOption(new Option('--format <name>', 'of the files').choices(TABLE_FORMATS).default('parquet'))
    .addOption(new Option('--columns <list>', 'columns to write, separated by commas').argParser(nameList))
    .addOption(
      new Option('--quantiles <list>', 'these quantiles of each jet instead of all predictions')
        .argParser(probabilityList)
        .conflicts('columns'),
    )
    .addOption(
      new Option('--nested', 'one row a jet, with lists of its predictions')
        .default(false)
        .conflicts('quantiles'),
    );
  for (const option of variationOptions()) command.addOption(option);
  addCommonOptions(command, [...BLOCK_OPTIONS, 'keep', ...MODEL_OPTIONS]);
  return command.addHelpText('after', EXAMPLES).action(runSampleCommand);
}

async function runSampleCommand(folder: string, jets: string, options: SampleCommandOptions): Promise<void> {
  const { readBundle } = await import('../../model/bundle-node.js');
  const { predictionContents } = await import('../../sampling/prediction-files.js');
  const { STAGES_OF_TASK } = await import('../../model/tasks.js');
  const { runSample } = await import('../../sampling/run-sample.js');
  const { bundleEngine } = await import('../../engines/open.js');
  const { output, samples, seed, threads, resume, overwrite, quiet, json } = options;
  const variation = await readVariation(options);
  const contents = predictionContents({ ...options, variation });
  const { checkInputsAndFolder } = await import('../../files/inputs-and-output.js');
  checkInputsAndFolder([jets, folder], output);
  const { card } = await readBundle(folder);
  const stages = [STAGES_OF_TASK[card.task].input];
  // Where jet_index stands, the columns stand that find the jet again in its events.
  const keys = contents.columns.includes('jet_index');
  const { table, notes } = await readTaskJets(jets, card, { ...options, stages, keys });
  const kept = Object.keys(table.kept ?? {});
  const engine = await bundleEngine(folder, options.engine);
  if (engine.note) warn(engine.note, { quiet });
  const { shard } = options;
  sayShard(shard, table.rows, options);
  const interrupt = interruptible({ quiet });
  const progress = lazyProgress({ label: 'sampling', unit: 'predictions', quiet });
  try {
    const { manifest, throughput } = await runSample({
      engine,
      table,
      samples,
      seed,
      threads,
      outputDir: output,
      shard,
      resume,
      overwrite,
      contents: { ...contents, ...(kept.length > 0 && { keep: kept }) },
      signal: interrupt.signal,
      onProgress: progress.update,
    });
    progress.stop();
    const rows = manifest.files.reduce((sum, file) => sum + file.rows, 0);
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    const held = manifest.files.reduce((sum, file) => sum + (file.held ?? 0), 0);
    if (held > 0) warn(heldWords(held), { quiet });
    if (json)
      writeJson({
        output,
        files: manifest.files.length,
        rows,
        bytes,
        range: manifest.range,
        throughput,
        ...(variation && { ...variation.names, held }),
        ...notes,
      });
    else
      say(
        `${rows} rows in ${manifest.files.length} files (${shortNumber(bytes)}B) in ${output}, ${shortNumber(throughput.predictionsPerSecond)} predictions/s on ${threads} threads`,
      );
  } finally {
    progress.stop();
    interrupt.dispose();
  }
}
