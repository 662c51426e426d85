/** `jet-iqn fold`: the spectrum that a weighted spectrum of jets becomes in the detector. */
import { Command, Option } from 'commander';
import { UsageError } from '../../errors.js';
import { addCommonOptions, commonOptions, edgeList, MODEL_OPTIONS, type ModelOptions } from '../options.js';
import { say, summaryStream, writeJson } from '../output.js';
import { startProgress } from '../progress.js';
import { readTaskJets } from '../task-jets.js';

const EXAMPLES = `
Examples:
  jet-iqn fold models/simulation theory.parquet --weight weight -o expected.json
  jet-iqn fold models/simulation theory.parquet --pt-edges 20,30,50,100,200,500,1000 -o expected.yoda

The spectrum is a table of jets, gen_pt, gen_eta, gen_phi and gen_mass for a simulation, with a weight for each where
--weight names a column. Written are the expected spectra of pt, eta, phi and mass (UHI JSON, YODA or CSV by the ending)
with a band of one standard error: of a spectrum known from so many weighted jets, and of the samples.`;

interface FoldCommandOptions extends Omit<ModelOptions, 'engine'> {
  readonly output: string;
  readonly weight?: string;
  readonly ptEdges?: Float32Array;
}

export function foldCommand(): Command {
  const command = new Command('fold')
    .description('turn a weighted spectrum of jets into the expected observed one')
    .argument('<bundle>', 'folder of the model')
    .argument('<spectrum>', 'file of jets, or - for standard input')
    .requiredOption('-o, --output <file>', 'its ending says the form: .json (UHI), .yoda, .csv')
    .option('--weight <column>', 'weights of the jets, negative ones too (default: 1 each)')
    .addOption(new Option('--pt-edges <list>', 'edges of the pt spectrum [GeV]').argParser(edgeList))
    .addOption(commonOptions.samples(100));
  addCommonOptions(
    command,
    MODEL_OPTIONS.filter((name) => name !== 'engine'),
  );
  return command.addHelpText('after', EXAMPLES).action(fold);
}

async function fold(folder: string, path: string, options: FoldCommandOptions): Promise<void> {
  const { output, weight, samples, seed, threads, quiet, json } = options;
  const { histogramFormat, writeHistogramFile } = await import('../../files/write-histograms.js');
  const format = histogramFormat(output);
  const { checkInputsAndOutput } = await import('../../files/inputs-and-output.js');
  checkInputsAndOutput([path], output, folder);
  if (samples < 2) throw new UsageError('--samples must be 2 or more: one sample a jet has no spread');
  const { readBundle } = await import('../../model/bundle-node.js');
  const { bundleEngine } = await import('../../engines/open.js');
  const { runFold } = await import('../../studies/fold.js');
  const { foldedHistograms } = await import('../../report/histograms.js');
  const { STAGES_OF_TASK } = await import('../../model/tasks.js');
  const { card } = await readBundle(folder);
  const engine = await bundleEngine(folder);
  const extra = weight === undefined ? [] : [weight];
  const stages = [STAGES_OF_TASK[card.task].input];
  const { table, notes } = await readTaskJets(path, card, { ...options, stages, extra });
  const progress = startProgress({ label: 'folding', total: table.rows, unit: 'jets', quiet });
  try {
    const edges = options.ptEdges && { pt: options.ptEdges };
    const onProgress = (done: number) => progress.update(done);
    const result = await runFold(engine, table, card.task, {
      samples,
      seed,
      threads,
      weight,
      edges,
      onProgress,
    });
    progress.stop();
    writeHistogramFile(output, format, foldedHistograms(result, card.task));
    const { jets, weight: total, negative } = result;
    const to = summaryStream(output);
    if (json) writeJson({ output, jets, samples, weight: total, negative, ...notes }, to);
    else
      say(
        `${jets} jets of weight ${total.toPrecision(6)}${negative > 0 ? ` (${negative} negative)` : ''}, folded into ${output}`,
        to,
      );
  } finally {
    progress.stop();
  }
}
