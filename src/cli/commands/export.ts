/** `jet-iqn export`: a training run, or a bundle → a bundle of ONNX files, or a file for correctionlib. */
import { Command, Option } from 'commander';
import { UsageError } from '../../errors.js';
import { commonOptions } from '../options.js';
import { say, warn, writeJson } from '../output.js';
import { readTaskJets } from '../task-jets.js';

const EXAMPLES = `
Examples:
  jet-iqn export runs/a -o my-model
  jet-iqn export runs/a -o my-model --name cms-2018-puppi --checkpoint last
  jet-iqn export old-model -o new-model
  jet-iqn export models/simulation-paper --correctionlib -o simulation.json.gz
  jet-iqn export models/simulation --correctionlib --jets jets.parquet -o response.json.gz

Writes sampler.onnx, conditional.onnx, block.onnx, quantiles.onnx and model.json, after it has compared the graphs with
the trained network on 10,000 jets. A bundle is exported again from its own weights: in today's format, with today's
graphs. A bundle that is there is replaced; a folder with anything else in it is not touched.

--correctionlib writes one file for correctionlib 2.9 instead. Of the paper's network (dense): reco_pt, reco_eta, reco_phi,
reco_mass (gen_ of a correction), each the quantile at tau given those before it; and reco_pt_drawn, … whose tau is
correctionlib's own random number of seed, run, luminosityBlock, event and jet. With --jets, of any network: tables NAME_PtResponse
(median of target pt over input pt), NAME_PtResolution (half of the central 68 % over the median), NAME_PtTailLow and
NAME_PtTailHigh (2.5 % and 97.5 % quantile over the median) by JetEta, JetPt and Rho, over the first 200,000 of these jets.`;

/** Of --jets at most: their responses are all kept until they are sorted. */
const MOST_JETS = 200_000;

interface ExportCommandOptions {
  readonly output: string;
  readonly name?: string;
  readonly checkpoint?: 'best' | 'last';
  readonly correctionlib: boolean;
  readonly jets?: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

export function exportCommand(): Command {
  return new Command('export')
    .description('turn a training run into a bundle of ONNX files')
    .argument('<run>', 'folder of the training run, or of a bundle')
    .requiredOption(
      '-o, --output <folder>',
      'where the bundle goes; with --correctionlib a file .json or .json.gz',
    )
    .option('--name <name>', 'what the bundle is called (default: as the run)')
    .addOption(
      new Option('--checkpoint <which>', 'of the best validation, or the last (default: best)').choices([
        'best',
        'last',
      ]),
    )
    .option('--correctionlib', 'write a file for correctionlib 2.9', false)
    .option('--jets <file>', 'jets over which its tables are made')
    .addOption(commonOptions.json())
    .addOption(commonOptions.quiet())
    .addHelpText('after', EXAMPLES)
    .action(runExport);
}

async function runExport(run: string, options: ExportCommandOptions): Promise<void> {
  const { output, name, checkpoint, json, quiet } = options;
  if (options.correctionlib) return exportCorrections(run, options);
  if (options.jets !== undefined) throw new UsageError('--jets is of --correctionlib; give both or none');
  const { exportRun } = await import('../../../export/export-run.js');
  const onStage = (stage: string) => {
    if (!quiet) process.stderr.write(`export: ${stage}\n`);
  };
  const { card, sha256 } = await exportRun(run, output, {
    onStage,
    ...(checkpoint && { checkpoint }),
    ...(name !== undefined && { name }),
  });
  if (json) return writeJson({ output, sha256, card });
  const { shareOfRounding } = card.parity as { shareOfRounding: Record<string, number> };
  const share = Math.max(...Object.values(shareOfRounding));
  say(
    `${output}: ${card.name}, ${card.task}, ${card.parameters} parameters; the graphs agree with the network within ` +
      `${Math.ceil(100 * share)} % of what float32 rounding allows`,
  );
}

async function exportCorrections(run: string, options: ExportCommandOptions): Promise<void> {
  const { output, name, checkpoint, jets, json, quiet } = options;
  if (!/\.json(\.gz)?$/.test(output))
    throw new UsageError(`${output} is no name of a file for correctionlib: end it in .json or .json.gz`);
  const { readSource } = await import('../../../export/export-run.js');
  const { correctionSet, tableCorrections, writeCorrections } = await import(
    '../../../export/correctionlib.js'
  );
  const { makeBundle } = await import('../../../export/make-bundle.js');
  const { trained, facts } = await readSource(run, {
    ...(checkpoint && { checkpoint }),
    ...(name !== undefined && { name }),
  });
  const bundle = await makeBundle(trained, facts);
  let tables: Awaited<ReturnType<typeof tableCorrections>> | undefined;
  if (jets !== undefined) {
    const { STAGES_OF_TASK } = await import('../../model/tasks.js');
    const { selectColumns } = await import('../../sampling/jet-columns.js');
    const { card } = bundle;
    const stages = [STAGES_OF_TASK[card.task].input];
    const { table } = await readTaskJets(jets, card, { stages, limit: MOST_JETS, quiet, strictRange: false });
    const names = card.inputs.map(({ column }) => column);
    tables = await tableCorrections(bundle, selectColumns(table, card.task, names).inputs);
    if (tables.filled > 0)
      warn(
        `${tables.filled} of ${tables.bins} bins have fewer than ten jets: they have the numbers of the nearest bin`,
        { quiet },
      );
  }
  const set = correctionSet(bundle, trained, tables?.corrections);
  await writeCorrections(output, set);
  const corrections = set.corrections.map(({ name }) => name);
  if (json)
    return writeJson({ output, corrections, ...(tables && { bins: tables.bins, filled: tables.filled }) });
  say(`${output}: ${corrections.join(', ')}`);
}
