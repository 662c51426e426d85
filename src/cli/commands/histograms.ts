/** `jet-iqn histograms`: the spectra of a report for hist, Rivet or a spreadsheet. */
import { readFile, writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { InputError, RunError, UsageError } from '../../errors.js';
import type { Report } from '../../report/report.js';
import { REPORT_FORMAT } from '../../report/report.js';

const EXAMPLES = `
Examples:
  jet-iqn histograms out/report.json -o spectra.json     UHI JSON: uhi.io.json in Python, for hist and boost-histogram
  jet-iqn histograms out/report.json -o spectra.yoda     YODA text, for Rivet's tools
  jet-iqn histograms out/report.json -o spectra.csv      a line a bin`;

const FORMATS = ['json', 'yoda', 'csv'] as const;
type Format = (typeof FORMATS)[number];

export function histogramsCommand(): Command {
  return new Command('histograms')
    .description('write the spectra of a report for other tools')
    .argument('<report>', 'report.json of a study')
    .requiredOption('-o, --output <file>', 'its ending says the format: .json (UHI), .yoda, .csv')
    .addOption(new Option('--format <format>', 'whatever the ending').choices(FORMATS))
    .addHelpText('after', EXAMPLES)
    .action(runHistograms);
}

async function runHistograms(
  path: string,
  { output, format }: { output: string; format?: Format },
): Promise<void> {
  const chosen = format ?? FORMATS.find((ending) => output.endsWith(`.${ending}`));
  if (chosen === undefined)
    throw new UsageError(`${output}: end it in .json, .yoda or .csv, or give --format`);
  const [{ reportHistograms }, { histogramsCsv, uhiJson, yodaText }] = await Promise.all([
    import('../../report/histograms.js'),
    import('../../formats/write-histograms.js'),
  ]);
  const write = { json: uhiJson, yoda: yodaText, csv: histogramsCsv }[chosen];
  const text = write(reportHistograms(await readReport(path)));
  await writeFile(output, text).catch((error: Error) => {
    throw new RunError(`${output}: cannot be written (${error.message})`, { cause: error });
  });
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
  return report;
}
