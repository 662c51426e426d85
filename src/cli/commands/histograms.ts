/** `jet-iqn histograms`: the spectra of a report for hist, Rivet or a spreadsheet. */
import { Command, Option } from 'commander';
import { checkInputsAndOutput } from '../../files/inputs-and-output.js';
import {
  HISTOGRAM_FORMATS,
  type HistogramFormat,
  histogramFormat,
  writeHistogramFile,
} from '../../files/write-histograms.js';

const EXAMPLES = `
Examples:
  jet-iqn histograms out/report.json -o spectra.json     UHI JSON: uhi.io.json in Python, for hist and boost-histogram
  jet-iqn histograms out/report.json -o spectra.yoda     YODA text, for Rivet's tools
  jet-iqn histograms out/report.json -o spectra.csv      a line a bin`;

export function histogramsCommand(): Command {
  return new Command('histograms')
    .description('write the spectra of a report for other tools')
    .argument('<report>', 'report.json of a study, or its folder')
    .requiredOption('-o, --output <file>', 'its ending says the format: .json (UHI), .yoda, .csv')
    .addOption(new Option('--format <format>', 'instead of what the ending says').choices(HISTOGRAM_FORMATS))
    .addHelpText('after', EXAMPLES)
    .action(runHistograms);
}

async function runHistograms(
  path: string,
  { output, format }: { output: string; format?: HistogramFormat },
): Promise<void> {
  const chosen = format ?? histogramFormat(output);
  checkInputsAndOutput([path], output);
  const { readReport } = await import('../../report/read-report.js');
  const { reportHistograms } = await import('../../report/histograms.js');
  writeHistogramFile(output, chosen, reportHistograms(await readReport(path)));
}
