/** The jets that a model is asked about, from a file, and a word about those unlike the ones it was trained on. */
import { InputError } from '../errors.js';
import type { Stage } from '../jets/columns.js';
import type { SplitPart } from '../jets/split.js';
import type { JetsTable } from '../jets/table.js';
import type { ModelCard } from '../model/card.js';
import { warn } from './output.js';

export interface TaskJetsOptions {
  /** Stages that must be there; default: those that are. */
  readonly stages?: readonly Stage[];
  /** Columns besides those that the model reads. */
  readonly extra?: readonly string[];
  /** Columns to pass on. */
  readonly keep?: readonly string[] | undefined;
  /** Jets at most, of those chosen. */
  readonly limit?: number | undefined;
  /** Of the file that the model was trained on, one part alone. */
  readonly split?: SplitPart | undefined;
  readonly quiet: boolean;
  /** Refuse jets outside the range of the training data instead of warning. */
  readonly strictRange: boolean;
  /** Told which columns the file has. */
  readonly onColumns?: ((names: readonly string[]) => void) | undefined;
}

/** @throws InputError where the file cannot be read, lacks a column, or, with `strictRange`, has jets outside. */
export async function readTaskJets(
  path: string,
  card: ModelCard,
  options: TaskJetsOptions,
): Promise<JetsTable> {
  const { stages, extra = [], keep = [], limit, split, quiet, strictRange } = options;
  const { onColumns } = options;
  const { readJets } = await import('../files/read-jets.js');
  const { VARIABLES } = await import('../jets/columns.js');
  const { selectColumns } = await import('../sampling/jet-columns.js');
  const { outOfRange } = await import('../sampling/out-of-range.js');
  const { task, inputs, range } = card;
  const names = inputs.map(({ column }) => column);
  const file = await readJets(path, {
    ...(stages === undefined ? {} : { stages }),
    // The part of a jet follows from its row: of a file that is parted all jets are read.
    ...(limit === undefined || split !== undefined ? {} : { limit }),
    keep,
    extra: [...names.slice(VARIABLES.length), ...extra],
    onWarning: (message) => warn(message, { quiet }),
    ...(onColumns && { onColumns }),
  });
  const table = split === undefined ? file : await partOf(file, card, split, limit);
  const outside = outOfRange(names, selectColumns(table, task, names).inputs, range);
  if (strictRange && outside.length > 0)
    throw new InputError(table.source.name, `${outside.join('; ')}; leave these jets or --strict-range out`);
  for (const line of outside) warn(line, { quiet });
  return table;
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
