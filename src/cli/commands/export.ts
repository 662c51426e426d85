/** `jet-iqn export`: a training run, or an older bundle → a bundle of ONNX files. */
import { Command, Option } from 'commander';
import { commonOptions } from '../options.js';
import { say, writeJson } from '../output.js';

const EXAMPLES = `
Examples:
  jet-iqn export runs/a -o my-model
  jet-iqn export runs/a -o my-model --name cms-2018-puppi --checkpoint last
  jet-iqn export old-model -o new-model

Writes sampler.onnx, conditional.onnx, block.onnx, quantiles.onnx and model.json, after it has compared the graphs with
the trained network on 10,000 jets. A bundle is exported again from its own weights: in today's format, with today's
graphs. A bundle that is there is replaced; a folder with anything else in it is not touched.`;

interface ExportCommandOptions {
  readonly output: string;
  readonly name?: string;
  readonly checkpoint?: 'best' | 'last';
  readonly json: boolean;
  readonly quiet: boolean;
}

export function exportCommand(): Command {
  return new Command('export')
    .description('turn a training run into a bundle of ONNX files')
    .argument('<run>', 'folder of the training run, or of a bundle')
    .requiredOption('-o, --output <folder>', 'where the bundle goes')
    .option('--name <name>', 'what the bundle is called (default: as the run)')
    .addOption(
      new Option('--checkpoint <which>', 'of the best validation, or the last (default: best)').choices([
        'best',
        'last',
      ]),
    )
    .addOption(commonOptions.json())
    .addOption(commonOptions.quiet())
    .addHelpText('after', EXAMPLES)
    .action(runExport);
}

async function runExport(run: string, options: ExportCommandOptions): Promise<void> {
  const { output, name, checkpoint, json, quiet } = options;
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
