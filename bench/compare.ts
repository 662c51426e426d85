/**
 * Ratios of this run against those recorded, and against what was promised: what fell, by name.
 *
 * A ratio fell where 1 − now / before > 0.10 + hypot(spread now / now, spread before / before): more than a tenth beyond
 * what the rounds of both runs scatter. Absolute speeds are never compared: they are the machine's.
 */
import type { BenchResult, ContestantResult } from './harness.js';
import type { Figure } from './spread.js';

/** A larger fall than this fails, beyond the spread. */
const TOLERANCE = 0.1;

/** What bench/baseline.json holds of one contestant. */
export interface BaselineEntry {
  readonly ratio: Figure;
  readonly roofline?: Figure;
}

export interface Baseline {
  /** The processor it was measured on, as the system names it, and its cores. */
  readonly machine: string;
  /** By bench and contestant. */
  readonly benches: Readonly<Record<string, Readonly<Record<string, BaselineEntry>>>>;
}

/** One thing that is worse than recorded or promised. */
export interface Fall {
  /** bench/contestant. */
  readonly name: string;
  /** What fell: the ratio to the reference, the share of the roofline, a promise; or the contestant is gone. */
  readonly what: 'ratio' | 'roofline' | 'promise' | 'missing';
  readonly now: number;
  /** What was recorded or promised. */
  readonly before: number;
}

/** Everything that fell, in the order of the results. Benches that did not run are not missed. */
export function falls(results: readonly BenchResult[], baseline: Baseline): Fall[] {
  return results.flatMap((bench) => {
    const recorded = baseline.benches[bench.name] ?? {};
    const names = new Set(bench.contestants.map(({ name }) => name));
    return [
      ...bench.contestants.flatMap((contestant) =>
        fallsOf(`${bench.name}/${contestant.name}`, contestant, recorded[contestant.name]),
      ),
      ...Object.entries(recorded)
        .filter(([name]) => !names.has(name))
        .map(([name, { ratio }]): Fall => {
          return { name: `${bench.name}/${name}`, what: 'missing', now: Number.NaN, before: ratio.median };
        }),
    ];
  });
}

function fallsOf(name: string, now: ContestantResult, before: BaselineEntry | undefined): Fall[] {
  const found: Fall[] = [];
  if (now.atLeast !== undefined && !(now.ratio.median + now.ratio.spread >= now.atLeast)) {
    found.push({ name, what: 'promise', now: now.ratio.median, before: now.atLeast });
  }
  if (before && fell(now.ratio, before.ratio)) {
    found.push({ name, what: 'ratio', now: now.ratio.median, before: before.ratio.median });
  }
  if (before?.roofline && now.roofline && fell(now.roofline, before.roofline)) {
    found.push({ name, what: 'roofline', now: now.roofline.median, before: before.roofline.median });
  }
  return found;
}

/** Whether a figure fell by more than a tenth beyond the spread of both runs. A figure that is not a number fell. */
export function fell(now: Figure, before: Figure): boolean {
  const spread = Math.hypot(now.spread / now.median, before.spread / before.median);
  return !(1 - now.median / before.median <= TOLERANCE + spread);
}

/** The baseline with the benches that ran replaced, the others kept, in alphabetical order. */
export function updatedBaseline(
  results: readonly BenchResult[],
  baseline: Baseline,
  machine: string,
): Baseline {
  const benches = { ...baseline.benches };
  for (const { name, contestants } of results) {
    benches[name] = Object.fromEntries(
      contestants.map(({ name, ratio, roofline }) => [name, { ratio, ...(roofline && { roofline }) }]),
    );
  }
  return {
    machine,
    benches: Object.fromEntries(Object.entries(benches).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** One line about a fall, for people. */
export function describeFall({ name, what, now, before }: Fall): string {
  const numbers = `${now.toPrecision(3)} now`;
  if (what === 'missing') return `${name} is in the baseline and was not measured`;
  if (what === 'promise') return `${name}: ratio to its reference ${numbers}, promised ${before}`;
  const figure = what === 'ratio' ? 'ratio to its reference' : 'share of the roofline';
  return `${name}: ${figure} ${numbers}, ${before.toPrecision(3)} in the baseline (${((now / before - 1) * 100).toFixed(0)} %)`;
}
