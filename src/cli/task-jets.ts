/** The jets that a model is asked about, from a file, and what is to be said of them: who is left out, who is unlike training. */
import { InputError, UsageError } from '../errors.js';
import type { JetOptions } from '../files/table-file.js';
import { EVENT_KEYS, INDEX_KEYS, type Stage } from '../jets/columns.js';
import type { SplitPart } from '../jets/split.js';
import type { JetsSource, JetsTable } from '../jets/table.js';
import type { ModelCard } from '../model/card.js';
import { warn } from './output.js';

export interface TaskJetsOptions extends Pick<JetOptions, 'collection' | 'maxDeltaR'> {
  /** Stages that must be there; default: those that are. */
  readonly stages?: readonly Stage[];
  /** Columns beside those that the model reads. */
  readonly extra?: readonly string[];
  /** Columns to pass on. */
  readonly keep?: readonly string[] | undefined;
  /** Pass on the columns that find a jet again in its events, too. */
  readonly keys?: boolean;
  /** What random numbers follow: `--key`. */
  readonly key?: readonly string[] | undefined;
  /** Jets at most, of those chosen. */
  readonly limit?: number | undefined;
  /** Of the file that the model was trained on, one part only. */
  readonly split?: SplitPart | undefined;
  readonly quiet: boolean;
  /** Refuse jets outside the range of the training data instead of warning. */
  readonly strictRange: boolean;
  /** Told which columns the file has. */
  readonly onColumns?: ((names: readonly string[]) => void) | undefined;
}

export interface TaskJets {
  readonly table: JetsTable;
  /** For --json: what warnings say on the screen. */
  readonly notes: {
    /** What random numbers follow: `row`, or columns; and how many jets have the key of another one. */
    readonly key: string;
    readonly repeated: number;
    /** Jets of the file that are not in the table, by reason. */
    readonly dropped: Readonly<Record<string, number>>;
    /** Inputs that jets lack, and the median that is taken for them, by column. */
    readonly assumed: NonNullable<JetsSource['assumed']>;
    /** Jets with an input outside the range of the training data. */
    readonly outside: number;
  };
}

/** @throws InputError where the file cannot be read, lacks a column, or, with `strictRange`, has jets outside. */
export async function readTaskJets(
  path: string,
  card: ModelCard,
  options: TaskJetsOptions,
): Promise<TaskJets> {
  const { stages, extra = [], keep = [], keys = false, limit, split, quiet, strictRange } = options;
  const { onColumns, collection, maxDeltaR } = options;
  const key = keyNames(options.key);
  const { readJets } = await import('../files/read-jets.js');
  const { assumedWords, extraInputs, withMedians } = await import('../model/missing-inputs.js');
  const { selectColumns } = await import('../sampling/jet-columns.js');
  const { STAGES_OF_TASK } = await import('../model/tasks.js');
  const { keyed, keyNotes } = await import('../jets/event-keys.js');
  const { task, inputs, range } = card;
  const { input } = STAGES_OF_TASK[task];
  const names = inputs.map(({ column }) => column);
  const file = await readJets(path, {
    ...(stages === undefined ? {} : { stages }),
    // The part of a jet follows from its row: of a file that is parted all jets are read.
    ...(limit === undefined || split !== undefined ? {} : { limit }),
    collection,
    maxDeltaR,
    keep: [...keep, ...(key ?? [])],
    // The part of a jet may follow from its event, and so may its random numbers.
    keys: keys || split !== undefined || key === undefined,
    extra,
    optional: extraInputs(card),
    onWarning: (message) => warn(message, { quiet }),
    ...(onColumns && { onColumns }),
  });
  sayDropped(file.source, quiet);
  const { dropped = {} } = file.source;
  const part = split === undefined ? file : await partOf(file, card, split, limit);
  const own = keyed(part, input, key);
  for (const line of keyNotes(own, input, key)) warn(line, { quiet });
  const table = withMedians(onlyKept(own, [...keep, ...(keys ? KEY_COLUMNS : [])]), card);
  for (const line of assumedWords(table.source)) warn(line, { quiet });
  const { assumed = {}, repeated = 0 } = table.source;
  const { lines, jets } = outOfRange(names, selectColumns(table, task, names).inputs, range);
  if (strictRange && jets > 0)
    throw new InputError(table.source.name, `${lines.join('; ')}; leave these jets or --strict-range out`);
  for (const line of lines) warn(line, { quiet });
  return { table, notes: { key: table.source.key!, repeated, dropped, assumed, outside: jets } };
}

const KEY_COLUMNS: readonly string[] = [...EVENT_KEYS, ...Object.values(INDEX_KEYS)];

/** The columns that `--key` names, none for the row; undefined where it is not given. */
function keyNames(key: readonly string[] | undefined): readonly string[] | undefined {
  if (key === undefined) return undefined;
  if (key.length === 1 && key[0] === 'none') return [];
  if (key.length < 2 || key.length > 4 || key.includes('none'))
    throw new UsageError(
      `--key takes none, or the columns run, luminosityBlock, event and index, the last two at least; not ${key.join(' ')}`,
    );
  return key;
}

/** The table with no more columns to pass on than those. */
function onlyKept({ kept = {}, ...table }: JetsTable, names: readonly string[]): JetsTable {
  const asked = Object.entries(kept).filter(([name]) => names.includes(name));
  return asked.length === 0 ? table : { ...table, kept: Object.fromEntries(asked) };
}

/** A line where a file has jets that the command does not take. */
export function sayDropped({ name, dropped = {} }: JetsSource, quiet: boolean): void {
  const reasons = Object.entries(dropped).map(([reason, count]) => `${count} (${reason})`);
  if (reasons.length > 0) warn(`${name}: left out are ${reasons.join(', ')}`, { quiet });
}

async function partOf(
  file: JetsTable,
  card: ModelCard,
  split: SplitPart,
  limit = Number.POSITIVE_INFINITY,
): Promise<JetsTable> {
  const { firstJets } = await import('../jets/table.js');
  const { splitJets } = await import('../model/split-jets.js');
  return firstJets(splitJets(file, card, split), limit);
}

/**
 * Jets outside the range of the training data, where the network extrapolates: how many, and a line for each column.
 *
 * @param inputs columns in the order of `names`.
 */
function outOfRange(
  names: readonly string[],
  inputs: readonly Float32Array[],
  range: ModelCard['range'],
): { readonly jets: number; readonly lines: string[] } {
  const [{ length: all }] = inputs as [Float32Array];
  const anywhere = new Uint8Array(all);
  const lines = names.flatMap((name, i) => {
    const limits = range[name];
    // All of phi is one circle: the outermost training jet is no end of it.
    if (!limits || name === 'phi') return [];
    const [least, most] = limits;
    let outside = 0;
    for (let jet = 0; jet < all; jet++) {
      const value = inputs[i]![jet]!;
      if (value >= least && value <= most) continue;
      outside++;
      anywhere[jet] = 1;
    }
    if (outside === 0) return [];
    const shown = `${least.toPrecision(4)} to ${most.toPrecision(4)}`;
    return [
      `${name} of ${outside} of ${all} jets is outside ${shown}, where the model was trained; it extrapolates there`,
    ];
  });
  let jets = 0;
  for (const outside of anywhere) jets += outside;
  return { jets, lines };
}
