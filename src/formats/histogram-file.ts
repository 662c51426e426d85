/** Histograms into a file whose ending says the form. */
import { writeFile } from 'node:fs/promises';
import { RunError, UsageError } from '../errors.js';
import { type Histogram, histogramsCsv, uhiJson, yodaText } from './write-histograms.js';

export const HISTOGRAM_FORMATS = ['json', 'yoda', 'csv'] as const;
export type HistogramFormat = (typeof HISTOGRAM_FORMATS)[number];

const WRITERS = { json: uhiJson, yoda: yodaText, csv: histogramsCsv } as const;

/** The form that an output's name asks for. @throws UsageError where its ending is none of them. */
export function histogramFormat(output: string): HistogramFormat {
  const format = HISTOGRAM_FORMATS.find((ending) => output.endsWith(`.${ending}`));
  if (format === undefined) throw new UsageError(`${output}: end it in .json, .yoda or .csv`);
  return format;
}

/** @throws RunError where the file cannot be written. */
export async function writeHistogramFile(
  output: string,
  format: HistogramFormat,
  histograms: readonly Histogram[],
): Promise<void> {
  await writeFile(output, WRITERS[format](histograms)).catch((error: Error) => {
    throw new RunError(`${output}: cannot be written (${error.message})`, { cause: error });
  });
}
