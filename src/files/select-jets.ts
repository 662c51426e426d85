/** Which jets of a table are kept: those that can be jets, and that pass the cuts; the others are counted by reason. */
import { faultOf } from '../jets/check.js';
import { type ColumnName, columnName, type Stage, VARIABLES } from '../jets/columns.js';

const { fround } = Math;

export interface Cuts {
  /** Smallest reco pt [GeV]. */
  readonly minPt?: number;
  /** Smallest gen pt [GeV]. */
  readonly minGenPt?: number;
  /** Largest |eta| of the reco jet. */
  readonly maxAbsEta?: number;
}

export type JetColumns = Readonly<Partial<Record<ColumnName, Float32Array>>>;

/** The columns that cuts need, beside those of the stages. */
export function columnsOfCuts({ minPt, minGenPt, maxAbsEta }: Cuts): ColumnName[] {
  return [
    ...(minPt === undefined ? [] : (['reco_pt'] as const)),
    ...(minGenPt === undefined ? [] : (['gen_pt'] as const)),
    ...(maxAbsEta === undefined ? [] : (['reco_eta'] as const)),
  ];
}

/**
 * Rows to keep, ascending.
 *
 * @param columns the four columns of each stage and those of the cuts, each [rows].
 * @param dropped written to: for each row left out, its first reason gets one more.
 */
export function selectJets(
  columns: JetColumns,
  rows: number,
  stages: readonly Stage[],
  cuts: Cuts,
  dropped: Record<string, number>,
): Int32Array {
  const checked = stages.flatMap((stage) =>
    VARIABLES.map((variable) => ({ variable, values: columns[columnName(stage, variable)]! })),
  );
  const kept = new Int32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    let reason: string | undefined;
    for (const { variable, values } of checked) {
      reason = faultOf(variable, values[row]!);
      if (reason !== undefined) break;
    }
    reason ??= failedCut(columns, row, cuts);
    if (reason === undefined) kept[count++] = row;
    else dropped[reason] = (dropped[reason] ?? 0) + 1;
  }
  return kept.subarray(0, count);
}

/** Limits are rounded as the columns are: a jet on the edge, which no float32 hits exactly, is on it still. */
function failedCut(
  columns: JetColumns,
  row: number,
  { minPt, minGenPt, maxAbsEta }: Cuts,
): string | undefined {
  if (minPt !== undefined && columns.reco_pt![row]! < fround(minPt)) return `reco pt below ${minPt}`;
  if (minGenPt !== undefined && columns.gen_pt![row]! < fround(minGenPt)) return `gen pt below ${minGenPt}`;
  if (maxAbsEta !== undefined && Math.abs(columns.reco_eta![row]!) > fround(maxAbsEta))
    return `reco |eta| above ${maxAbsEta}`;
  return undefined;
}
