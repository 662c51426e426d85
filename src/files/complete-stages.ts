/** Which jets a file has, by the names of its columns; and the refusal where what is wanted is not among them. */
import { InputError } from '../errors.js';
import { type ColumnName, columnsOf, STAGES, type Stage } from '../jets/columns.js';

/**
 * The stages of which a file has all four columns.
 *
 * @throws InputError where there is none.
 */
export function completeStages(name: string, columnNames: readonly string[]): Stage[] {
  const present = new Set(columnNames);
  const complete = STAGES.filter((stage) => columnsOf(stage).every((column) => present.has(column)));
  if (complete.length > 0) return complete;
  throw new InputError(
    name,
    `has no jets: columns ${columnsOf('gen').join(', ')} (or raw_…, reco_…) are needed, there are ${listed(columnNames)}`,
  );
}

export function requireColumns(
  name: string,
  columnNames: readonly string[],
  wanted: readonly string[],
): void {
  const missing = wanted.filter((column) => !columnNames.includes(column as ColumnName));
  if (missing.length === 0) return;
  throw new InputError(
    name,
    `has no column of numbers named ${missing.join(', ')}; there are ${listed(columnNames)}`,
    { missing },
  );
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  return names.length <= 20
    ? names.join(', ')
    : `${names.slice(0, 20).join(', ')} and ${names.length - 20} more`;
}
