/**
 * Progress of a long run, on stderr: a bar with rate and time left where it is a terminal, else a line every ten
 * seconds, so that a batch job's log stays readable.
 */
import progress, { MultiBar, Presets } from 'cli-progress';
import { shortDuration, shortNumber } from './output.js';

/** Milliseconds between two lines where stderr is no terminal. */
const LINE_INTERVAL = 10_000;
/**
 * Seconds over which the rate is averaged for the estimate. Speeds that scatter by 30 % every two seconds leave 3 % of
 * scatter in the mean of 120 s, and 5 % in that of 30 s, too much for an estimate right within 10 % at every line. A
 * lasting change of speed is followed after so many seconds.
 */
const RATE_WINDOW = 120;

export interface Progress {
  /** How much of the total is done by now. `notes` are shown after the time left, the most wanted first. */
  update(done: number, notes?: readonly string[]): void;
  /** Takes the bar away; call it on every way out. */
  stop(): void;
}

export interface ProgressOptions {
  /** What is being done: "sampling". */
  readonly label: string;
  readonly total: number;
  /** Already done when the clock starts (a resumed run): not counted in the rate. */
  readonly start?: number;
  /** What is counted: "predictions". */
  readonly unit: string;
  /** The work that so much done took, in any unit, where not every part costs the same; default `done` itself. */
  readonly work?: (done: number) => number;
  /** Seconds that something else will take once all is done: they are time left, too. */
  readonly after?: number;
  readonly quiet?: boolean;
  readonly stream?: NodeJS.WriteStream;
  /** A monotonic clock in milliseconds: a jump of the wall clock must not show. */
  readonly now?: () => number;
}

/** Starts a progress display; with `quiet`, or of nothing, one that shows nothing. */
export function startProgress(options: ProgressOptions): Progress {
  const { label, total, start = 0, unit, work = itself, after = 0, now = monotonic } = options;
  const { stream = process.stderr } = options;
  if (options.quiet || total === 0) return { update() {}, stop() {} };
  const rate = createRate(start, now);
  const workRate = createRate(work(start), now);
  const figuresOf = (done: number): Figures => ({
    done: work(done),
    all: work(total),
    left: `${shortDuration((work(total) - work(done)) / workRate(work(done)) + after)} left`,
    counted: `${shortNumber(done)}/${shortNumber(total)} ${unit}`,
    speed: `${shortNumber(rate(done))}/s`,
  });
  const display = stream.isTTY ? bar(label, figuresOf(start), stream) : lines(label, now, stream);
  return {
    update: (done, notes = []) => display.update(figuresOf(done), notes),
    stop: display.stop,
  };
}

const monotonic = () => performance.now();
const itself = (done: number) => done;

/** What is shown of a moment. */
interface Figures {
  /** Work done, and in all. */
  readonly done: number;
  readonly all: number;
  readonly left: string;
  readonly counted: string;
  readonly speed: string;
}

interface Display {
  update(figures: Figures, notes: readonly string[]): void;
  stop(): void;
}

function bar(label: string, first: Figures, stream: NodeJS.WriteStream): Display {
  const bars = new MultiBar(
    {
      stream,
      format: (options, { progress: share, maxWidth }, { figures }) => {
        const bar = (barsize: number) =>
          `${label} ${progress.Format.BarFormat(share, { ...options, barsize })} `;
        return fitted([16, 12, 8].map(bar), [`${Math.floor(100 * share)}%`, ...figures], maxWidth);
      },
      // The terminal is left as it is, so that nothing need be put right where the process is killed: the library cuts
      // lines to its width by itself if it is to wrap them, and turns wrapping off if not.
      hideCursor: false,
      linewrap: true,
      clearOnComplete: false,
      fps: 5,
    },
    Presets.shades_classic,
  );
  const payload = ({ left, counted, speed }: Figures, notes: readonly string[]) => ({
    figures: [left, ...notes, counted, speed],
  });
  const shown = bars.create(first.all, first.done, payload(first, []));
  return {
    update: (figures, notes) => shown.update(figures.done, payload(figures, notes)),
    stop: () => bars.stop(),
  };
}

/** As many of the figures as a line of `width` columns holds, behind the longest of the bars that leaves room for all. */
function fitted(bars: readonly string[], figures: readonly string[], width: number): string {
  const shown = [...figures];
  const room = width - bars.at(-1)!.length;
  while (shown.length > 1 && shown.join(' · ').length > room) shown.pop();
  const text = shown.join(' · ');
  return `${bars.find((bar) => bar.length + text.length <= width) ?? bars.at(-1)}${text}`;
}

function lines(label: string, now: () => number, stream: NodeJS.WriteStream): Display {
  let last = now();
  let ended = false;
  return {
    update({ done, all, left, counted, speed }, notes) {
      const at = now();
      if (ended || (at - last < LINE_INTERVAL && done < all)) return;
      last = at;
      ended = done >= all;
      const share = `${label} ${Math.floor((100 * done) / all)}%`;
      stream.write(`${[share, counted, speed, ...(ended ? [] : [left]), ...notes].join(' · ')}\n`);
    },
    stop() {},
  };
}

/** Rate over the last {@link RATE_WINDOW} seconds. */
function createRate(start: number, now: () => number): (done: number) => number {
  const history: { at: number; done: number }[] = [{ at: now(), done: start }];
  return (done) => {
    const at = now();
    const newest = history.at(-1)!;
    if (at - newest.at >= 500) history.push({ at, done });
    while (history.length > 2 && at - history[1]!.at > RATE_WINDOW * 1000) history.shift();
    const oldest = history[0]!;
    return at > oldest.at ? ((done - oldest.done) / (at - oldest.at)) * 1000 : 0;
  };
}

/** A progress display that starts with the first figures, when the total is known. */
export interface LazyProgress {
  /** @param after as that of {@link ProgressOptions}. */
  update(done: number, all: number, after?: number): void;
  /** Takes it away; the next figures start another. */
  stop(): void;
}

export function lazyProgress(options: Pick<ProgressOptions, 'label' | 'unit' | 'quiet'>): LazyProgress {
  let progress: Progress | undefined;
  return {
    update(done, all, after = 0) {
      progress ??= startProgress({ ...options, total: all, start: done, after });
      progress.update(done);
    },
    stop() {
      progress?.stop();
      progress = undefined;
    },
  };
}
