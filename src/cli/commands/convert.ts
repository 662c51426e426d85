/** `jet-iqn convert`: the files that experiments write → a jets table. */
import { stat } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { UsageError } from '../../errors.js';
import type { Converted, InputAccount } from '../../files/convert-jets.js';
import { JET_IDS, type JetId } from '../../files/table-file.js';
import { formatOfName, TABLE_FORMATS, type TableFormat } from '../../files/table-formats.js';
import { addCommonOptions, finiteNumber } from '../options.js';
import { note, say, summaryStream, warn, writeJson } from '../output.js';
import { startProgress } from '../progress.js';

const EXAMPLES = `
Examples:
  jet-iqn convert nano1.root nano2.root -o jets.parquet             CMS NanoAOD, matched jets
  jet-iqn convert 'nano*.root' -o jets.parquet --min-pt 20 --max-abs-eta 2.5 --jet-id tight
  jet-iqn convert nano.root -o fat.parquet --collection FatJet --columns rho flavour
  jet-iqn convert nano.root -o jets.parquet --max-delta-r           matched by deltaR < R/2 instead of by genJetIdx
  jet-iqn convert delphes.root -o jets.parquet                      matched by deltaR < 0.2
  zcat jets.txt.gz | jet-iqn convert - -o jets.arrow                from standard input

Of files of events the table has the pairs of a jet and its gen jet, and run, luminosityBlock, event, jetIdx and genJetIdx,
which find them again. Reads CMS NanoAOD 5 to 15 and NanoGEN, CERN Open Data JetNTuple, Delphes, Parquet, Arrow (Feather), HDF5, NPY, CSV and TSV (also
with gzip or zstd); the kind is found by the content. Every jet left out is counted by reason.`;

interface ConvertCommandOptions {
  readonly output: string;
  readonly format?: TableFormat;
  readonly minPt?: number;
  readonly minGenPt?: number;
  readonly maxAbsEta?: number;
  readonly jetId?: JetId;
  readonly collection?: string;
  readonly maxDeltaR?: number | true;
  readonly columns?: string[];
  readonly limit?: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

export function convertCommand(): Command {
  const command = new Command('convert')
    .description('make a jets table of the files that experiments write')
    .argument('<inputs...>', 'files, patterns, or - for standard input')
    .requiredOption('-o, --output <file>', 'the table; its ending says the format')
    .addOption(new Option('--format <format>', 'instead of what the ending says').choices(TABLE_FORMATS))
    .addOption(new Option('--min-pt <GeV>', 'smallest reco pt').argParser(finiteNumber))
    .addOption(new Option('--min-gen-pt <GeV>', 'smallest gen pt').argParser(finiteNumber))
    .addOption(new Option('--max-abs-eta <eta>', 'largest |eta| of the reco jet').argParser(finiteNumber))
    .addOption(new Option('--jet-id <point>', 'NanoAOD’s jetId').choices(Object.keys(JET_IDS)))
    .option('--columns <names...>', 'further columns: rho, flavour, area, genWeight, …');
  return addCommonOptions(command, ['collection', 'maxDeltaR', 'limit', 'json', 'quiet'])
    .addHelpText('after', EXAMPLES)
    .action(runConvert);
}

async function runConvert(names: string[], options: ConvertCommandOptions): Promise<void> {
  const { output, json, quiet, columns, ...selection } = options;
  const [{ convertJets, totalOf }, { expandInputs }] = await Promise.all([
    import('../../files/convert-jets.js'),
    import('../../files/expand-inputs.js'),
  ]);
  const format = options.format ?? formatOfName(output);
  if (format === undefined)
    throw new UsageError(`${output}: end it in .parquet, .arrow, .csv or .npy, or give --format`);
  const inputs = await expandInputs(names);
  const bytes = await totalBytes(inputs);
  const progress = startProgress({
    label: 'converting',
    total: bytes,
    unit: 'bytes',
    quiet: quiet || bytes === 0,
  });
  let converted: Converted;
  try {
    converted = await convertJets(inputs, output, {
      ...selection,
      format,
      ...(columns && { extra: columns }),
      onWarning: (message) => warn(message, { quiet }),
      onProgress: (done, jets) => progress.update(Math.min(done, bytes - 1), [`${jets} jets`]),
    });
    // Bytes are counted as they are read: the last jets come after the last byte.
    progress.update(bytes, [`${totalOf(converted.accounts).jets} jets`]);
  } finally {
    progress.stop();
  }
  const { accounts, stages } = converted;
  const total = totalOf(accounts);
  if (total.gensWithoutJet > 0)
    note(`${total.gensWithoutJet} gen jets have no jet, and are in no pair.`, { quiet });
  const to = summaryStream(output);
  if (json) writeJson({ output, format, stages, ...total, inputs: accounts }, to);
  else say(accountText(output, stages, accounts.length, total), to);
}

/** Bytes of all inputs, for the bar; unknown ones (standard input, missing files) count nothing. */
async function totalBytes(inputs: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    inputs.map((input) =>
      stat(input).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** A line a figure, so that the sum can be checked at a glance. */
function accountText(
  output: string,
  stages: readonly string[],
  files: number,
  total: Omit<InputAccount, 'file'>,
): string {
  const { jets, kept, dropped } = total;
  const rows: [number, string][] = [
    [jets, files === 1 ? 'jets read' : `jets read from ${files} files`],
    ...Object.entries(dropped).map(([reason, count]): [number, string] => [-count, reason]),
    [kept, `jets in ${output} (${stages.join(', ')})`],
  ];
  const width = Math.max(...rows.map(([count]) => String(count).length));
  return rows.map(([count, what]) => `${String(count).padStart(width)} ${what}`).join('\n');
}
