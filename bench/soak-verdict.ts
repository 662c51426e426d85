/** Whether a soak's rounds are flat. */

export interface SoakRound {
  /** Resident memory after the round. */
  readonly bytes: number;
  /** Of JavaScript's heap, what is in use. */
  readonly heap: number;
  /** Open file descriptors. */
  readonly files: number;
  readonly threads: number;
  /** What would keep the process alive: timers, pipes, workers, files being watched. */
  readonly handles: number;
}

/** Rounds needed: fewer tell no slope from noise. */
export const LEAST_ROUNDS = 40;
/** Bytes a round at most: a worker's smallest heap is some MB, so that one lost pool in a hundred rounds shows. */
export const LARGEST_SLOPE = 50_000;

/**
 * Judges the rounds after the first quarter: files, threads and handles never more than in the first round judged, and
 * resident memory by the least-squares slope.
 *
 * @returns `text` one line with the figures, for people.
 */
export function soakVerdict(rounds: readonly SoakRound[]): { passed: boolean; text: string } {
  if (rounds.length < LEAST_ROUNDS)
    return { passed: false, text: `failed: ${rounds.length} rounds are too few; give more --minutes` };
  const judged = rounds.slice(Math.floor(rounds.length / 4));
  const slope = slopeOf(judged.map(({ bytes }) => bytes));
  const [first] = judged;
  const grown = (kind: 'files' | 'threads' | 'handles') =>
    Math.max(...judged.map((round) => round[kind])) - first![kind];
  const [files, threads, handles] = [grown('files'), grown('threads'), grown('handles')];
  const passed = slope <= LARGEST_SLOPE && files <= 0 && threads <= 0 && handles <= 0;
  const megabytes = ({ bytes }: SoakRound) => (bytes / 1e6).toFixed(0);
  const text =
    `${passed ? 'passed' : 'failed'}: ${rounds.length} pools; from round ${rounds.length - judged.length} to the last: ` +
    `${megabytes(first!)} to ${megabytes(judged.at(-1)!)} MB resident, slope ${(slope / 1e3).toFixed(1)} kB a round ` +
    `(${LARGEST_SLOPE / 1e3} allowed), files +${files}, threads +${threads}, handles +${handles}`;
  return { passed, text };
}

/** One line about a round, for people. */
export function soakLine(number: number, { bytes, heap, files, threads, handles }: SoakRound): string {
  const memory = `${(bytes / 1e6).toFixed(0)} MB resident, ${(heap / 1e6).toFixed(2)} MB of heap`;
  return `round ${number}: ${memory}, ${files} files, ${threads} threads, ${handles} handles`;
}

/** Least-squares slope of values at 0, 1, 2 … */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  values.forEach((value, i) => {
    above += (i - middle) * (value - mean);
    below += (i - middle) ** 2;
  });
  return above / below;
}
