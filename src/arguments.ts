/** The library's door: a caller whose types nobody checks is told in one line what an argument must be. */
import { UsageError } from './errors.js';

/** What an argument may be, by name. */
const KINDS = {
  path: [(value: unknown) => typeof value === 'string' && value !== '', 'a path'],
  options: [(value: unknown) => isObject(value), 'an object'],
  flag: [(value: unknown) => value === undefined || typeof value === 'boolean', 'true or false'],
  callback: [(value: unknown) => value === undefined || typeof value === 'function', 'a function'],
  signal: [
    (value: unknown) => value === undefined || (isObject(value) && typeof value.aborted === 'boolean'),
    'an AbortSignal',
  ],
  bundle: [
    (value: unknown) => isObject(value) && isObject(value.card) && typeof value.source === 'string',
    'a bundle of loadBundle',
  ],
  engine: [
    (value: unknown) => isObject(value) && isObject(value.session) && isObject(value.bundle),
    'what bundleEngine gives',
  ],
  report: [(value: unknown) => isObject(value) && isObject(value.variables), 'a report of study'],
  table: [
    (value: unknown) =>
      isObject(value) &&
      isObject(value.columns) &&
      isObject(value.source) &&
      typeof value.source.name === 'string' &&
      Number.isSafeInteger(value.rows),
    'a table of readJets',
  ],
} as const;

/**
 * @param name of the argument.
 * @throws UsageError where it is of another kind.
 */
export function checkArgument(name: string, value: unknown, kind: keyof typeof KINDS): void {
  const [fits, what] = KINDS[kind];
  if (!fits(value)) throw new UsageError(`${name} takes ${what}, not ${described(value)}`);
}

/**
 * @param name of the argument.
 * @throws UsageError where it is no whole number from `least` on.
 */
export function checkWhole(name: string, value: unknown, least: number): void {
  if (!Number.isSafeInteger(value) || Number(value) < least)
    throw new UsageError(`${name} takes a whole number from ${least} on, not ${described(value)}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Of any realm. */
export function isFloat32Array(value: unknown): value is Float32Array {
  return Object.prototype.toString.call(value) === '[object Float32Array]';
}

/** What was given, in a few words. */
export function described(value: unknown): string {
  if (!isObject(value)) return String(value);
  const { length } = value;
  return `${value.constructor?.name ?? 'an object'}${typeof length === 'number' ? ` of ${length}` : ''}`;
}
