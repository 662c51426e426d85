/**
 * Histograms into a file whose ending says the form, of the three that the field's tools read: UHI JSON (hist,
 * boost-histogram), YODA text (Rivet), CSV.
 *
 * UHI: the serialisation of scikit-hep/uhi, schema 1. YODA: HISTO1D_V2 for counts and SCATTER2D_V2 for medians with
 * bands, both of which YODA 1 and 2 read; YODA wants sums of x in a bin, which are not kept: the bin's middle stands in.
 */
import { UsageError } from '../errors.js';
import type { Stage } from '../jets/columns.js';
import { version } from '../version.js';
import { writeDurably } from './durable-file.js';

/** Counts, or medians of counts with a band. */
export interface Histogram {
  /** Unique: "pt/true", "pt/predicted". */
  readonly name: string;
  /** Of the axis: "pt", or "pit". */
  readonly axis: string;
  /** Whose jets they are. */
  readonly stage?: Stage;
  /** Of the axis, with its unit: "gen pt [GeV]". */
  readonly label: string;
  /** [bins + 1], increasing. */
  readonly edges: readonly number[];
  /** [bins]. */
  readonly values: readonly number[];
  readonly underflow: number;
  readonly overflow: number;
  /** Ends of an interval about each value, [bins]; left out for plain counts. */
  readonly band?: { readonly low: readonly number[]; readonly high: readonly number[] };
}

/** `uhi.io.json`: one object, histograms by name. Bands become histograms of their own: name/low, name/high. */
export function uhiJson(histograms: readonly Histogram[]): string {
  const entries = histograms.flatMap((histogram) => {
    const { name, axis, stage, label, band } = histogram;
    const parts: [string, readonly number[]][] = [[name, histogram.values]];
    if (band) parts.push([`${name}/low`, band.low], [`${name}/high`, band.high]);
    return parts.map(([key, values], part) => [
      key,
      {
        uhi_schema: 1,
        writer_info: { 'jet-iqn': { version } },
        axes: [
          {
            type: 'variable',
            edges: histogram.edges,
            underflow: true,
            overflow: true,
            circular: false,
            metadata: { name: axis, label, ...(stage && { stage }) },
          },
        ],
        // The band does not reach beyond the edges.
        storage: {
          type: 'double',
          values: part === 0 ? [histogram.underflow, ...values, histogram.overflow] : [0, ...values, 0],
        },
      },
    ]);
  });
  return `${JSON.stringify(Object.fromEntries(entries))}\n`;
}

/** One line a bin: histogram, low edge, high edge, value, low and high end of the band (empty where there is none). */
export function histogramsCsv(histograms: readonly Histogram[]): string {
  const lines = histograms.flatMap(({ name, edges, values, underflow, overflow, band }) => [
    `${name},-inf,${edges[0]},${underflow},,`,
    ...values.map(
      (value, bin) =>
        `${name},${edges[bin]},${edges[bin + 1]},${value},${band?.low[bin] ?? ''},${band?.high[bin] ?? ''}`,
    ),
    `${name},${edges.at(-1)},inf,${overflow},,`,
  ]);
  return `${['histogram,xlow,xhigh,value,low,high', ...lines].join('\n')}\n`;
}

export function yodaText(histograms: readonly Histogram[]): string {
  return histograms.map((histogram) => (histogram.band ? scatter(histogram) : counts(histogram))).join('\n');
}

function counts({ name, label, edges, values, underflow, overflow }: Histogram): string {
  const middles = values.map((_, bin) => (edges[bin]! + edges[bin + 1]!) / 2);
  const sum = (of: readonly number[]) => of.reduce((total, value) => total + value, 0);
  const total = sum(values) + underflow + overflow;
  const x = sum(values.map((value, bin) => value * middles[bin]!));
  const x2 = sum(values.map((value, bin) => value * middles[bin]! ** 2));
  const outside = (kind: string, count: number) =>
    `${kind}\t${kind}\t${[count, count, 0, 0, count].map(e).join('\t')}`;
  return [
    ...opening('HISTO1D', 'Histo1D', name, label),
    '# ID\tID\tsumw\tsumw2\tsumwx\tsumwx2\tnumEntries',
    `Total\tTotal\t${[total, total, x, x2, total].map(e).join('\t')}`,
    outside('Underflow', underflow),
    outside('Overflow', overflow),
    '# xlow\txhigh\tsumw\tsumw2\tsumwx\tsumwx2\tnumEntries',
    ...values.map((value, bin) => {
      const middle = middles[bin]!;
      return [edges[bin]!, edges[bin + 1]!, value, value, value * middle, value * middle ** 2, value]
        .map(e)
        .join('\t');
    }),
    'END YODA_HISTO1D_V2',
    '',
  ].join('\n');
}

function scatter({ name, label, edges, values, band }: Histogram): string {
  return [
    ...opening('SCATTER2D', 'Scatter2D', name, label),
    '# xval\txerr-\txerr+\tyval\tyerr-\tyerr+',
    ...values.map((value, bin) => {
      const half = (edges[bin + 1]! - edges[bin]!) / 2;
      const middle = edges[bin]! + half;
      return [middle, half, half, value, value - band!.low[bin]!, band!.high[bin]! - value].map(e).join('\t');
    }),
    'END YODA_SCATTER2D_V2',
    '',
  ].join('\n');
}

function opening(kind: string, type: string, name: string, label: string): string[] {
  const path = `/jet-iqn/${name}`;
  return [`BEGIN YODA_${kind}_V2 ${path}`, `Path: ${path}`, `Title: ${label}`, `Type: ${type}`, '---'];
}

/** As YODA writes numbers, with the digits of a double. */
function e(value: number): string {
  return value.toExponential(16).replace(/e([+-])(\d)$/, 'e$10$2');
}

const WRITERS = { json: uhiJson, yoda: yodaText, csv: histogramsCsv } as const;
export type HistogramFormat = keyof typeof WRITERS;
export const HISTOGRAM_FORMATS = Object.keys(WRITERS) as HistogramFormat[];

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
