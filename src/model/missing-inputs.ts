/** Inputs beside the four variables (rho, say) that jets lack: the median of the training jets stands in for them. */
import { InputError } from '../errors.js';
import { VARIABLES } from '../jets/columns.js';
import type { AssumedInput, JetsSource, JetsTable } from '../jets/table.js';
import type { ModelCard } from './card.js';

/** Names of the columns that a model reads beside the four variables. */
export function extraInputs({ inputs }: Pick<ModelCard, 'inputs'>): string[] {
  return inputs.slice(VARIABLES.length).map(({ column }) => column);
}

/**
 * A table with all columns that a model reads beside the four variables: where a jet has no number, the median that the
 * card has of the training jets, counted in `source.assumed`.
 *
 * @param table whose columns may be missing, or not finite; it is not changed.
 * @throws InputError where one is missing whose median the card does not have, as cards made before do not.
 */
export function withMedians(
  table: JetsTable,
  card: Pick<ModelCard, 'name' | 'inputs' | 'medians'>,
): JetsTable {
  const { rows, source } = table;
  const columns = { ...table.columns };
  const assumed: Record<string, AssumedInput> = {};
  for (const name of extraInputs(card)) {
    const column = columns[name] ?? new Float32Array(rows).fill(Number.NaN);
    const jets = column.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0);
    if (jets === 0) continue;
    const median = card.medians?.[name];
    if (median === undefined)
      throw new InputError(
        source.name,
        `has ${jets === rows ? '' : `${jets} jets with `}no ${name}; ${card.name} reads it, add it`,
        { missing: [name] },
      );
    columns[name] = column.map((value) => (Number.isFinite(value) ? value : median));
    assumed[name] = { median, jets };
  }
  if (Object.keys(assumed).length === 0) return table;
  return { ...table, columns, source: { ...source, assumed } };
}

/** A line for each column that {@link withMedians} filled. */
export function assumedWords({ name, assumed = {} }: JetsSource): string[] {
  return Object.entries(assumed).map(
    ([column, { median, jets }]) =>
      `${name}: ${jets} jets have no ${column}, which the model reads; the median of its training jets, ` +
      `${Number(median.toPrecision(4))}, is taken for them`,
  );
}
