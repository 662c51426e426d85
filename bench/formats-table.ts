/** The table of docs/formats.md: how fast tables are read, against Python's readers in the same run. */
import { table } from './markdown.js';

/** What `npm run bench -- python-parquet python-csv python-nanoaod --json FILE` writes, as far as it is shown. */
export interface FormatsRun {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly benches: readonly {
    readonly name: string;
    readonly contestants: readonly {
      readonly name: string;
      readonly perSecond: { readonly median: number };
    }[];
  }[];
}

const FORMATS: Readonly<Record<string, string>> = {
  'python-parquet': 'Parquet (zstd, byte streams)',
  'python-csv': 'CSV',
  'python-nanoaod': 'NanoAOD (zlib)',
};
const OURS = 'jet-iqn';

/** Each format of each run: our jets a second, and over those of each other reader. @returns Markdown. */
export function formatsTable(runs: readonly FormatsRun[]): string {
  const rows = runs.flatMap((run) =>
    run.benches.map(({ name, contestants }) => {
      const ours = contestants.find((contestant) => contestant.name === OURS)!.perSecond.median;
      const others = contestants
        .filter((contestant) => !contestant.name.startsWith(OURS))
        .map(({ name: reader, perSecond: { median } }) => {
          const [library] = reader.split('-');
          return `${library} ${millions(median)}: ${(ours / median).toFixed(2)}`;
        });
      return [FORMATS[name]!, run.node.slice(1), millions(ours), others.join(', ')];
    }),
  );
  const machines = new Set(
    runs.map(({ machine, date }) => `${machine.replace(/^\d+ × /, '')}, ${date.slice(0, 10)}.`),
  );
  return [
    table(
      ['format', 'Node', 'jet-iqn, jets/s', 'Python, jets/s: ratio'],
      ['left', 'left', 'right', 'left'],
      rows,
    ),
    '',
    [...machines].join(' '),
  ].join('\n');
}

function millions(perSecond: number): string {
  return `${(perSecond / 1e6).toFixed(2)} M/s`;
}
