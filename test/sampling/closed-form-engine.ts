/** The closed-form engine as a pass takes it, jets for it, and edges for them. */

import type { SamplingEngine } from '../../src/engines/open.js';
import { columnName, STAGES, VARIABLES } from '../../src/jets/columns.js';
import type { JetsTable } from '../../src/jets/table.js';
import type { Edges } from '../../src/sampling/totals.js';
import { philox4x32, STREAM } from '../../src/stats/philox.js';
import type { ClosedFormOptions } from './closed-form-session.js';

export function closedFormEngine(options: ClosedFormOptions = {}, sha256 = 'a'.repeat(64)): SamplingEngine {
  return {
    session: { module: new URL('./closed-form-session.js', import.meta.url).href, options },
    engine: 'closed-form',
    bundle: { name: 'closed-form', sha256 },
    inputNames: VARIABLES,
    versions: {},
  };
}

/** Jets whose reco differs from gen by the formula's own spread; pt is 20.25, 20.5, … and so tells the row. */
export function someJets(rows: number, sha256 = 'b'.repeat(64)): JetsTable {
  const columns = Object.fromEntries(
    STAGES.flatMap((stage) =>
      VARIABLES.map((variable) => [columnName(stage, variable), new Float32Array(rows)]),
    ),
  );
  const words = new Uint32Array(4);
  for (let row = 0; row < rows; row++) {
    STAGES.forEach((stage, i) => {
      philox4x32(words, row, i, 0, STREAM.tests, 5, 0);
      const [u0, u1, u2, u3] = [...words].map((word) => word / 2 ** 32);
      columns[columnName(stage, 'pt')][row] =
        stage === 'gen' ? 20.25 + row / 4 : 20 + (row / 4) * (0.7 + 0.6 * u0);
      columns[columnName(stage, 'eta')][row] = 2 * Math.sin(row) + 0.1 * u1;
      columns[columnName(stage, 'phi')][row] = 3.1 * Math.cos(3 * row) + 0.04 * (u2 - 0.5);
      columns[columnName(stage, 'mass')][row] = 3 + 2 * Math.sin(row / 3) + u3;
    });
  }
  return { rows, columns, source: { name: 'some-jets.parquet', sha256 } };
}

export const SOME_EDGES: Edges = {
  pt: Float32Array.from({ length: 41 }, (_, i) => 20 * 1.08 ** i),
  eta: Float32Array.from({ length: 51 }, (_, i) => -2.5 + i / 10),
  phi: Float32Array.from({ length: 33 }, (_, i) => Math.PI * (i / 16 - 1)),
  mass: Float32Array.from({ length: 21 }, (_, i) => i / 2),
};
