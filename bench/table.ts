/** A bench's result as a table for people. */
import Table from 'cli-table3';
import type { BenchResult, Figure } from './harness.js';

export function benchTable({
  name,
  title,
  unit,
  reference,
  rounds,
  peaks,
  contestants,
}: BenchResult): string {
  const table = new Table({
    head: [name, `${unit}/s`, `ratio to ${reference}`, 'promised', 'share of the peak'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const { name, perSecond, ratio, atLeast, roofline } of contestants) {
    table.push([
      name,
      withSpread(perSecond, engineering),
      withSpread(ratio, (value) => value.toFixed(3)),
      atLeast === undefined ? '' : `≥ ${atLeast}`,
      roofline ? withSpread(roofline, (value) => value.toFixed(3)) : '',
    ]);
  }
  const machine = Object.entries(peaks).map(
    ([threads, { median }]) =>
      `peak of ${threads} core${threads === '1' ? '' : 's'}: ${engineering(median)} multiply-adds/s`,
  );
  return [title, table.toString(), `Medians ± spread of ${rounds} rounds.`, ...machine, ''].join('\n');
}

function withSpread({ median, spread }: Figure, format: (value: number) => string): string {
  return `${format(median)} ± ${format(spread)}`;
}

/** Three digits and a prefix: 1.23 M. */
function engineering(value: number): string {
  const prefixes = ['', ' k', ' M', ' G', ' T'];
  const power = value >= 1 ? Math.min(Math.floor(Math.log10(value) / 3), prefixes.length - 1) : 0;
  return `${(value / 1000 ** power).toPrecision(3)}${prefixes[power]}`;
}
