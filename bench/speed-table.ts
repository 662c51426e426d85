/** The README's table of ratios on speed, from what bench:pareto measured in one run. */

import { table } from './markdown.js';

/** bench/results/pareto/pareto.json. */
export interface ParetoRun {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly points: readonly {
    readonly bundle: string;
    readonly engine: string;
    readonly task: string;
    readonly network: string;
    readonly perSecond: { readonly median: number };
  }[];
}

const ENGINES = ['ort', 'wasm', 'native'] as const;

/** Speeds of whole studies of the simulation, over that of the paper's network by ONNX Runtime. @returns Markdown. */
export function speedTable(run: ParetoRun): string {
  const points = run.points.filter(
    ({ task, engine }) => task === 'simulation' && (ENGINES as readonly string[]).includes(engine),
  );
  const speed = (network: string, engine: string) =>
    points.find((point) => point.network === network && point.engine === engine)?.perSecond.median;
  const networks = [...new Set(points.map(({ network }) => network))].sort().reverse();
  const reference = speed(networks.find((network) => network.startsWith('paper'))!, 'ort')!;
  const cell = (network: string, engine: string) => {
    const value = speed(network, engine);
    return value === undefined ? '–' : `${(value / reference).toFixed(1)} (${(value / 1e6).toFixed(1)} M/s)`;
  };
  return [
    table(
      ['network', ...ENGINES.map((engine) => `\`${engine}\``)],
      ['left', ...ENGINES.map(() => 'right' as const)],
      networks.map((network) => [network, ...ENGINES.map((engine) => cell(network, engine))]),
    ),
    '',
    `One core of ${run.machine.replace(/^\d+ × /, '')}, Node ${run.node.slice(1)}, ${run.date.slice(0, 10)}.`,
  ].join('\n');
}
