/** `jet-iqn histograms`: the spectra of a report for hist, Rivet or a spreadsheet. */
import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { InputError } from '../../errors.js';
import { checkInputsAndOutput } from '../../files/inputs-and-output.js';
import {
  HISTOGRAM_FORMATS,
  type HistogramFormat,
  histogramFormat,
  writeHistogramFile,
} from '../../files/write-histograms.js';
import type { Report } from '../../studies/summarise.js';
import { REPORT_FORMAT } from '../../studies/summarise.js';

const EXAMPLES = `
Examples:
  jet-iqn histograms out/report.json -o spectra.json     UHI JSON: uhi.io.json in Python, for hist and boost-histogram
  jet-iqn histograms out/report.json -o spectra.yoda     YODA text, for Rivet's tools
  jet-iqn histograms out/report.json -o spectra.csv      a line a bin`;

export function histogramsCommand(): Command {
  return new Command('histograms')
    .description('write the spectra of a report for other tools')
    .argument('<report>', 'report.json of a study')
    .requiredOption('-o, --output <file>', 'its ending says the format: .json (UHI), .yoda, .csv')
    .addOption(new Option('--format <format>', 'whatever the ending').choices(HISTOGRAM_FORMATS))
    .addHelpText('after', EXAMPLES)
    .action(runHistograms);
}

async function runHistograms(
  path: string,
  { output, format }: { output: string; format?: HistogramFormat },
): Promise<void> {
  const chosen = format ?? histogramFormat(output);
  checkInputsAndOutput([path], output);
  const { reportHistograms } = await import('../../report/histograms.js');
  writeHistogramFile(output, chosen, reportHistograms(await readReport(path)));
}

async function readReport(path: string): Promise<Report> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(path, `cannot be read (${error.code}); give the report.json of a study`, {
      cause: error,
    });
  });
  let report: Report;
  try {
    report = JSON.parse(text);
  } catch (error) {
    throw new InputError(path, 'is no JSON; give the report.json of a study', { cause: error });
  }
  if (report?.format !== REPORT_FORMAT) {
    throw new InputError(path, `is no report of this version (${REPORT_FORMAT})`);
  }
  const { reportFault } = await import('../../report/histograms.js');
  const fault = reportFault(report);
  if (fault !== undefined)
    throw new InputError(path, `is damaged or altered (${fault}); run the study again`);
  return report;
}
