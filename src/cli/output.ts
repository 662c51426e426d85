/**
 * What a command says: one JSON object, or text for people, on stdout; warnings on stderr. Names in it may come from
 * strangers' files: nothing that a terminal would obey is let through.
 */
import { printable } from '../errors.js';
import { outputPlace } from '../files/durable-file.js';

/** Where a command speaks of the file that it wrote: standard output, unless that, or another pipe, has the file itself. */
export function summaryStream(output: string): NodeJS.WritableStream {
  return outputPlace(output).isFile ? process.stdout : process.stderr;
}

/** Writes `value` as the one JSON object of --json. @param to another stream, where stdout takes the output itself. */
export function writeJson(value: unknown, to: NodeJS.WritableStream = process.stdout): void {
  // JSON leaves these as they are.
  const text = JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  to.write(`${text}\n`);
}

/** Writes lines for people. @param to as of {@link writeJson}. */
export function say(text: string, to: NodeJS.WritableStream = process.stdout): void {
  to.write(`${text.split('\n').map(printable).join('\n')}\n`);
}

/** A line that people should read, and that warns of nothing. */
export function note(message: string, { quiet = false }: { quiet?: boolean } = {}): void {
  if (!quiet) process.stderr.write(`${printable(message)}\n`);
}

/** A line that people should see and scripts need not: stderr, unless --quiet. */
export function warn(message: string, { quiet = false }: { quiet?: boolean } = {}): void {
  if (!quiet) process.stderr.write(`Warning: ${printable(message)}\n`);
}

/** 1234567 as "1.23M": three significant digits. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  for (const [size, suffix] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (value >= size * 0.9995) return `${(value / size).toPrecision(3)}${suffix}`;
  }
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}

/** Seconds as "1h02m", "3m05s" or "7s". */
export function shortDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const two = (value: number) => String(value).padStart(2, '0');
  if (hours > 0) return `${hours}h${two(minutes)}m`;
  return minutes > 0 ? `${minutes}m${two(whole % 60)}s` : `${whole}s`;
}
