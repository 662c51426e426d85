/** Histograms into a file whose ending says the form. */
import { UsageError } from '../errors.js';
import { writeDurably } from './durable-file.js';
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

/** Whole or not at all. @throws RunError where the file cannot be written. */
export function writeHistogramFile(
  output: string,
  format: HistogramFormat,
  histograms: readonly Histogram[],
): void {
  writeDurably(output, [WRITERS[format](histograms)]);
}
