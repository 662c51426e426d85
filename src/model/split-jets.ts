/**
 * The training file of a model, parted again as its training parted it: so that a study sees none of the jets that the
 * network learnt from.
 */
import { checkArgument, described } from '../arguments.js';
import { InputError, UsageError } from '../errors.js';
import { hasEvents, SPLIT_SHARES, type SplitPart, splitByEvent, splitPart } from '../jets/split.js';
import { type JetsTable, jetsAt } from '../jets/table.js';
import type { ModelCard } from './card.js';

/**
 * The jets of one part of the file that a model was trained on. Jets behind those that training read (`train --limit`)
 * were never seen and are of the test part; where the file was parted by event, if their event is of it, too: of another
 * event other jets may have been seen.
 *
 * @param table the whole file: which part a jet is of follows from its row, or from its event where the card says so, for
 *   which the table must have been read with `keys`.
 * @param card the model's.
 * @param part `test` for what training never saw.
 * @returns copies; `source.part` says which.
 * @throws InputError where the file is not the one that the model was trained on, or no jet of it is of this part.
 * @example await study(bundle, splitJets(await readJets('jets.parquet'), bundle.card, 'test'))
 */
export function splitJets(
  table: JetsTable,
  card: Pick<ModelCard, 'name' | 'training'>,
  part: SplitPart,
): JetsTable {
  checkArgument('jets', table, 'table');
  checkArgument('card', card, 'options');
  if (!(part in SPLIT_SHARES))
    throw new UsageError(`there is no part ${described(part)}; give ${Object.keys(SPLIT_SHARES).join(', ')}`);
  const { data, split } = card.training;
  if (!isTrainingFile(table, card))
    throw new InputError(
      table.source.name,
      `is not the file that ${card.name} was trained on (${data.name}, sha256 ${data.sha256.slice(0, 8)}…), so its rows do ` +
        'not say which jets training saw; give that file, or jets that are new to the model without --split',
    );
  if (split.by === 'event' && !hasEvents(table))
    throw new InputError(
      table.source.name,
      `was parted by event for ${card.name}; read run, luminosityBlock and event along (keys: true)`,
    );
  const partOf =
    split.by === 'event' ? splitByEvent(table, split.seed) : (row: number) => splitPart(row, split.seed);
  const rows = new Uint32Array(table.rows);
  let count = 0;
  for (let row = 0; row < table.rows; row++) {
    const isSeen = row < data.rows;
    if (
      part === 'test'
        ? (!isSeen && split.by !== 'event') || partOf(row) === 'test'
        : isSeen && partOf(row) === part
    )
      rows[count++] = row;
  }
  if (count === 0)
    throw new InputError(table.source.name, `has ${table.rows} jets and none of them in the ${part} part`);
  const { source, ...chosen } = jetsAt(table, rows.subarray(0, count));
  return { ...chosen, source: { ...source, part: { name: part, seed: split.seed } } };
}

/** Whether a table is of the very file that a model was trained on. */
export function isTrainingFile({ source }: JetsTable, { training }: Pick<ModelCard, 'training'>): boolean {
  return source.sha256 === training.data.sha256;
}
