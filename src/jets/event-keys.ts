/**
 * By which event and which place in it a jet is known, so that its random numbers follow the jet and not the row of a file:
 * a skim, another order, another cut in files gives the same predictions.
 */
import { described } from '../arguments.js';
import { InputError } from '../errors.js';
import { type JetKeys, jetNumbers } from '../stats/tau.js';
import { EVENT_KEYS, INDEX_KEYS, type Stage } from './columns.js';
import type { NumericArray } from './numeric-array.js';
import type { JetsTable } from './table.js';

/** Columns [N] that say which jet of which event each jet is, named as CMS NanoAOD names them. */
export interface EventColumns {
  /** Below 2³². */
  readonly run: NumericArray;
  /** Below 2³². */
  readonly luminosityBlock: NumericArray;
  /** Below 2⁶⁴; a Float64Array rounds numbers beyond 2⁵³, which are refused. */
  readonly event: NumericArray;
  /** The jet's index in its event, below 2³². */
  readonly index: NumericArray;
}

/** What is done about it. */
const BY_ROW = 'leave these columns out, or give --key none on the command line';

/**
 * Jets by their events, for what draws random numbers.
 *
 * @param columns [N] whole numbers.
 * @returns five columns of words: event low, event high, luminosityBlock, run, index.
 * @throws InputError for what is no whole number, negative, too large or rounded.
 * @example bundle.condition(jets, eventKeys({ run, luminosityBlock, event, index })) // the same wherever the jets stand
 */
export function eventKeys({ run, luminosityBlock, event, index }: EventColumns): readonly Uint32Array[] {
  const columns = { run, luminosityBlock, event, index };
  for (const [name, values] of Object.entries(columns))
    if (!ArrayBuffer.isView(values) || values.length !== event.length)
      throw new InputError(
        'keys',
        `${name} is ${described(values)}; give a typed array of one whole number a jet`,
      );
  return wordsOf('keys', Object.entries(columns));
}

/** @param columns run, luminosityBlock, event, index, with the names that the file has for them. */
function wordsOf(
  file: string,
  [run, block, event, index]: readonly (readonly [name: string, values: NumericArray])[],
): readonly Uint32Array[] {
  const [low, high] = lowAndHigh(file, ...event!);
  const narrow = [block!, run!, index!].map(([name, values]) => {
    if (values instanceof Uint32Array) return values;
    const [word, above] = lowAndHigh(file, name, values);
    const wide = above.findIndex((bits) => bits > 0);
    if (wide >= 0) throw refused(file, name, wide, values, 'beyond 32 bits');
    return word;
  });
  return [low, high, ...narrow];
}

/** The two words of whole numbers of up to 64 bits. */
function lowAndHigh(file: string, name: string, values: NumericArray): readonly [Uint32Array, Uint32Array] {
  const [low, high] = [new Uint32Array(values.length), new Uint32Array(values.length)];
  if (values instanceof BigUint64Array || values instanceof BigInt64Array) {
    const isSigned = values instanceof BigInt64Array;
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    for (let row = 0; row < values.length; row++) {
      low[row] = words[2 * row]!;
      high[row] = words[2 * row + 1]!;
      if (isSigned && high[row]! >= 2 ** 31) throw refused(file, name, row, values, 'negative');
    }
    return [low, high];
  }
  // Beyond these, floats may have been rounded.
  const most = values instanceof Float32Array ? 2 ** 24 : 2 ** 53;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (!(value >= 0)) throw refused(file, name, row, values, value < 0 ? 'negative' : 'no number');
    if (!Number.isInteger(value) || value >= most)
      throw refused(
        file,
        name,
        row,
        values,
        value < most ? 'no whole number' : 'perhaps rounded, as a float',
      );
    low[row] = value;
    high[row] = Math.floor(value / 2 ** 32);
  }
  return [low, high];
}

function refused(file: string, name: string, row: number, values: NumericArray, fault: string): InputError {
  return new InputError(
    file,
    `row ${row}: ${name} is ${values[row]} (${fault}), which no random numbers can follow; ${BY_ROW}`,
  );
}

/**
 * The table with what its jets' random numbers follow: their events where columns passed on say them, else the row.
 *
 * @param stage whose index in the event is meant: that of the jets that a model reads.
 * @param names of the columns, [[run,] luminosityBlock,] event, index; none for the row; default those of NanoAOD, where
 *   the table has them.
 * @throws InputError where a key is no whole number.
 */
export function keyed(table: JetsTable, stage: Stage, names?: readonly string[]): JetsTable {
  const { kept = {}, rows, source } = table;
  const usual = [...EVENT_KEYS, INDEX_KEYS[stage]];
  const columns = names ?? (usual.every((name) => kept[name] !== undefined) ? usual : []);
  if (columns.length === 0) return { ...table, source: { ...source, key: 'row' } };
  const absent: [string, NumericArray] = ['', new Uint32Array(rows)];
  const filled = Array.from({ length: usual.length - columns.length }, () => absent);
  const given = columns.map((name): [string, NumericArray] => [name, kept[name]!]);
  const key = wordsOf(source.name, [...filled, ...given]);
  const repeated = repeatedKeys(key, rows);
  return {
    ...table,
    key,
    source: { ...source, key: columns.join(' '), ...(repeated > 0 && { repeated }) },
  };
}

/** How many of N jets have the key of another one before them. */
function repeatedKeys(keys: JetKeys, jets: number): number {
  const numbers = jetNumbers(0, keys, jets);
  const mixed = new Uint32Array(2 * jets);
  for (let jet = 0; jet < jets; jet++) {
    // Odd factors: two indices of one event never mix to the same words.
    mixed[2 * jet] = numbers[3 * jet]! ^ Math.imul(numbers[3 * jet + 2]!, 0x9e3779b9);
    mixed[2 * jet + 1] = numbers[3 * jet + 1]! ^ Math.imul(numbers[3 * jet + 2]!, 0x85ebca6b);
  }
  const sorted = new BigUint64Array(mixed.buffer).sort();
  let repeated = 0;
  for (let jet = 1; jet < jets; jet++) if (sorted[jet] === sorted[jet - 1]) repeated++;
  return repeated;
}

/**
 * What is to be said of a table's random numbers; nothing where they follow the row because nothing else is there.
 *
 * @param table of {@link keyed}. @param stage as there. @param names as there.
 */
export function keyNotes(
  { source, kept = {} }: JetsTable,
  stage: Stage,
  names?: readonly string[],
): string[] {
  const { name, key, repeated = 0 } = source;
  const notes: string[] = [];
  if (repeated > 0)
    notes.push(`${name}: ${repeated} jets have the ${key} of another one, and so its random numbers`);
  if (key === 'row' && names === undefined && EVENT_KEYS.every((column) => kept[column] !== undefined))
    notes.push(
      `${name}: has ${EVENT_KEYS.join(', ')} and no ${INDEX_KEYS[stage]}: random numbers follow the row; --key names the columns`,
    );
  return notes;
}
