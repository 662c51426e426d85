/**
 * Ratios of this run against those recorded, and against what was promised: what fell, by name.
 *
 * A ratio fell where 1 − now / before > 0.10 + hypot(spread now / now, spread before / before): more than a tenth beyond
 * what the rounds of both runs scatter. Absolute speeds are never compared: they are the machine's.
 */
import type { BenchResult, ContestantResult, Figure } from './harness.js';

/** A larger fall than this fails, beyond the spread. */
const TOLERANCE = 0.1;

/** bench/baseline.json. */
export interface Baseline {
  /** What it was measured on, and when. */
  readonly machine: string;
  /** Median and spread of the ratio to the reference, by bench and contestant. */
  readonly benches: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>>;
}

/** One thing that is worse than recorded or promised. */
export interface Fall {
  /** bench/contestant. */
  readonly name: string;
  /** What fell: the ratio to the reference, a promise; or the contestant is gone. */
  readonly what: 'ratio' | 'promise' | 'missing';
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
        .map(([name, [before]]): Fall => {
          return { name: `${bench.name}/${name}`, what: 'missing', now: Number.NaN, before };
        }),
    ];
  });
}

function fallsOf(name: string, now: ContestantResult, before: readonly [number, number] | undefined): Fall[] {
  const found: Fall[] = [];
  if (now.atLeast !== undefined && !(now.ratio.median + now.ratio.spread >= now.atLeast)) {
    found.push({ name, what: 'promise', now: now.ratio.median, before: now.atLeast });
  }
  if (before && fell(now.ratio, { median: before[0], spread: before[1] })) {
    found.push({ name, what: 'ratio', now: now.ratio.median, before: before[0] });
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
      contestants.map(({ name, ratio: { median, spread } }) => [
        name,
        [threeDigits(median), threeDigits(spread)],
      ]),
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
  return `${name}: ratio to its reference ${numbers}, ${before.toPrecision(3)} in the baseline (${((now / before - 1) * 100).toFixed(0)} %)`;
}

const threeDigits = (value: number) => Number(value.toPrecision(3));
