/** Totals as one run of bytes: what `cmp` would see. */
import { VARIABLES } from '../../src/jets/columns.js';
import type { StudyTotals } from '../../src/sampling/totals.js';

export function totalsBytes({ variables }: StudyTotals): Buffer {
  return Buffer.concat(
    VARIABLES.flatMap((variable) => {
      const { edges, counts, less, equal, median } = variables[variable];
      return [edges, counts, less, equal, median].map(({ buffer, byteOffset, byteLength }) =>
        Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength),
      );
    }),
  );
}
