/** The columns of tables without names, by their number: what the paper's own code writes and reads. */
import { columnsOf, STAGES } from '../jets/columns.js';

/** raw, reco, gen (pt, eta, phi, mass each); with 15 columns three flavours after them. */
export const UNNAMED_COLUMNS: Readonly<Record<number, readonly string[]>> = {
  12: STAGES.flatMap(columnsOf),
  15: [...STAGES.flatMap(columnsOf), 'partonFlav', 'hadronFlav', 'physFlav'],
};
