/** The table of docs/engines.md: studies on all cores, against what else predicts with the same network in one run. */
import { table } from './markdown.js';

/** What `npm run bench:peers -- --json FILE` writes, as far as it is shown. */
export interface PeersRun {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly benches: readonly [
    {
      readonly contestants: readonly {
        readonly name: string;
        readonly perSecond: { readonly median: number };
      }[];
    },
  ];
}

const OURS = 'jet-iqn study';

/** Each contestant's predictions a second, and how often our two studies hold them. @returns Markdown. */
export function peersTable({ date, machine, node, benches }: PeersRun): string {
  const { contestants } = benches[0];
  const ours = ['paper', 'amortised'].map(
    (network) => contestants.find(({ name }) => name === `${OURS}, ${network} network`)!.perSecond.median,
  );
  const rows = contestants.map(({ name, perSecond: { median } }) => [
    name,
    `${(median / 1e6).toFixed(2)} M/s`,
    ...ours.map((own) => (own / median).toFixed(1)),
  ]);
  return [
    table(
      ['on all cores', 'predictions/s', 'study, paper’s network, over it', 'study, amortised, over it'],
      ['left', 'right', 'right', 'right'],
      rows,
    ),
    '',
    `${machine}, Node ${node.slice(1)}, ${date.slice(0, 10)}.`,
  ].join('\n');
}
