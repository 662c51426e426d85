/**
 * How everything is timed: contestants of one bench take turns, and what counts is their ratio to a named reference
 * and to the roofline of the machine, both measured in the same run.
 *
 * A round gives each contestant one turn, in the order A B C and in the next round C B A, so that a machine that warms
 * up or slows down favours none. Within a turn tinybench repeats the call; the turn's figure is the work done over the
 * time of all calls, so that garbage collection counts. Over the rounds the median counts, so that a neighbour who took
 * the processor for a moment does not. Ratios are taken round by round, between turns that stand close in time.
 *
 * Every call's result is checked, outside the time that counts: nobody is quick by being wrong.
 *
 * @example
 * export const bench: Bench = {
 *   name: 'sums',
 *   title: 'Adding up a million numbers',
 *   unit: 'numbers',
 *   reference: 'reduce',
 *   async prepare({ quick }) {
 *     const values = new Float64Array(quick ? 1e5 : 1e6).fill(0.5);
 *     const check = (sum: number) => assert.equal(sum, values.length / 2);
 *     const work = values.length;
 *     return {
 *       contestants: [
 *         { name: 'reduce', work, run: () => values.reduce((a, b) => a + b, 0), check },
 *         { name: 'loop', work, run: () => loop(values), check, atLeast: 0.9, multiplications: 1 },
 *       ],
 *     };
 *   },
 * };
 */
import { cpus } from 'node:os';
import { Bench as Tinybench } from 'tinybench';
import { quantiles } from '../src/stats/quantile.js';
import type { Roofline } from './roofline.js';

/** One way to do the work. */
export interface Contestant<Result = unknown> {
  /** Unique within its bench. */
  readonly name: string;
  /** Units of work in one call. A call should take 1 ms to 10 s. */
  readonly work: number;
  /** What is timed. */
  run(): Result | Promise<Result>;
  /** Throws where the result is not what it must be. Called after every call, not timed. */
  check(result: Result): void | Promise<void>;
  /** Seconds that count, where the call itself knows better: a child process that must not be timed while it starts. */
  seconds?(result: Result): number;
  /** Multiplications a unit of work: the share of the machine's peak is shown where this is given. */
  readonly multiplications?: number;
  /** Cores that it may use; its roofline is that of so many. Default 1. */
  readonly threads?: number;
  /** A promise: the run fails where the ratio to the reference lies below this by more than the spread. */
  readonly atLeast?: number;
}

/** A bench is what a module bench/NAME.ts exports as `bench`; or as a list of them. */
export interface Bench {
  /** As `npm run bench -- NAME` asks for it. Unique. */
  readonly name: string;
  /** One line: what is done, on what. */
  readonly title: string;
  /** What `work` counts, in the plural: predictions, rows, bytes. */
  readonly unit: string;
  /** The contestant that the ratios are taken to. */
  readonly reference: string;
  /** Makes the data and the contestants. With `quick`, sizes for a first look, in seconds instead of minutes. */
  prepare(options: PrepareOptions): Promise<Prepared>;
}

export interface PrepareOptions {
  readonly quick: boolean;
}

export interface Prepared {
  /** Each checks its own kind of result. */
  readonly contestants: readonly Contestant[];
  /** Frees workers, sessions, temporary files. */
  close?(): Promise<void>;
}

export interface MeasureOptions {
  /** Rounds that count, after one that does not. */
  readonly rounds: number;
  /** Shortest turn; one call is made at least. */
  readonly secondsPerTurn: number;
  readonly quick: boolean;
  readonly roofline: Roofline;
  /** Told of each turn before it starts. */
  readonly onTurn?: (turn: { round: number; contestant: string }) => void;
}

export interface ContestantResult {
  readonly name: string;
  /** Units of work a second. */
  readonly perSecond: Figure;
  /** To the reference; of the reference to itself exactly 1. */
  readonly ratio: Figure;
  /** Share of the roofline, in (0, 1] but for noise. */
  readonly roofline?: Figure;
  readonly atLeast?: number;
}

export interface BenchResult {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly reference: string;
  readonly rounds: number;
  /** Multiply-adds a second that the machine could do during this bench, by number of cores. */
  readonly peaks: Readonly<Record<number, Figure>>;
  readonly contestants: readonly ContestantResult[];
}

/** Measures one bench from its preparation to its end. @throws what a contestant or its check throws. */
export async function measure(bench: Bench, options: MeasureOptions): Promise<BenchResult> {
  const prepared = await bench.prepare({ quick: options.quick });
  try {
    return await measurePrepared(bench, prepared.contestants, options);
  } finally {
    await prepared.close?.();
  }
}

async function measurePrepared(
  bench: Bench,
  contestants: readonly Contestant[],
  { rounds, secondsPerTurn, roofline, onTurn }: MeasureOptions,
): Promise<BenchResult> {
  const names = contestants.map(({ name }) => name);
  if (!names.includes(bench.reference))
    throw new Error(`bench ${bench.name} has no contestant ${bench.reference}`);
  if (new Set(names).size < names.length)
    throw new Error(`bench ${bench.name} has two contestants of one name`);
  const measured = contestants.filter(needsRoofline);
  const threadCounts = [...new Set(measured.map(threadsOf))];

  const speeds = contestants.map((): number[] => []);
  const peaks = new Map(threadCounts.map((threads) => [threads, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    const order = [...contestants.keys()];
    if (round % 2 === 1) order.reverse();
    for (const index of order) {
      onTurn?.({ round, contestant: contestants[index].name });
      const perSecond = await turn(contestants[index], round === 0 ? 0 : secondsPerTurn);
      if (round > 0) speeds[index].push(perSecond);
    }
    for (const threads of round === 0 ? [] : threadCounts) {
      onTurn?.({ round, contestant: `roofline of ${threads} core${threads > 1 ? 's' : ''}` });
      peaks.get(threads)!.push(await roofline.peak(threads));
    }
  }

  const reference = speeds[names.indexOf(bench.reference)];
  return {
    name: bench.name,
    title: bench.title,
    unit: bench.unit,
    reference: bench.reference,
    rounds,
    peaks: Object.fromEntries([...peaks].map(([threads, values]) => [threads, figure(values)])),
    contestants: contestants.map((contestant, index) => ({
      name: contestant.name,
      perSecond: figure(speeds[index]),
      ratio: figure(speeds[index].map((speed, round) => speed / reference[round])),
      ...(needsRoofline(contestant) && {
        roofline: figure(
          speeds[index].map(
            (speed, round) =>
              (speed * contestant.multiplications!) / peaks.get(threadsOf(contestant))![round],
          ),
        ),
      }),
      ...(contestant.atLeast !== undefined && { atLeast: contestant.atLeast }),
    })),
  };
}

/** One contestant's turn: units of work a second, over all its calls together. */
async function turn(contestant: Contestant, seconds: number): Promise<number> {
  const bench = new Tinybench({
    iterations: 1,
    time: seconds * 1000,
    warmup: false,
    throws: true,
  });
  bench.add(contestant.name, async () => {
    const start = bench.opts.now();
    const result = await contestant.run();
    const milliseconds = bench.opts.now() - start;
    await contestant.check(result);
    return { overriddenDuration: contestant.seconds ? contestant.seconds(result) * 1000 : milliseconds };
  });
  const [task] = await bench.run();
  const millisecondsPerCall = task.result!.latency.mean;
  return (1000 * contestant.work) / millisecondsPerCall;
}

function needsRoofline({ multiplications }: Contestant): boolean {
  return multiplications !== undefined;
}

function threadsOf({ threads = 1 }: Contestant): number {
  return threads;
}

/** A figure from several rounds of one run: the median, and how far the rounds lie apart. */
export interface Figure {
  readonly median: number;
  /** {@link spread} of the rounds, in the unit of the median. */
  readonly spread: number;
}

/** What the median absolute deviation of a normal distribution is multiplied with to give its standard deviation. */
const NORMAL = 1.4826;

/**
 * Median and spread of the rounds; NaN for none.
 *
 * The spread is the median absolute deviation times 1.4826: the standard deviation of rounds that scatter normally,
 * and untouched by the one round in which a neighbour took the processor. Zero for one round.
 *
 * @example figure([1, 2, 3, 4, 100]) // { median: 3, spread: 1.4826 }
 */
export function figure(rounds: readonly number[]): Figure {
  const [median] = quantiles(rounds, [0.5]);
  const [deviation] = quantiles(
    rounds.map((value) => Math.abs(value - median)),
    [0.5],
  );
  return { median, spread: NORMAL * deviation };
}

/** What the figures of a run are of. @example machine() // '2 × AMD EPYC, Node 22.11.0, 2026-11-29' */
export function machine(): string {
  const cores = cpus();
  const day = new Date().toISOString().slice(0, 10);
  return `${cores.length} × ${cores[0]?.model ?? process.arch}, Node ${process.versions.node}, ${day}`;
}
