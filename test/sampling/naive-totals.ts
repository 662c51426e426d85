/** Totals of a study the long way: every prediction kept, sorted and searched. Slow, short, and shares no code. */

import type { Session } from '../../src/engines/engine.js';
import { columnName, VARIABLES } from '../../src/jets/columns.js';
import type { JetsTable } from '../../src/jets/table.js';
import type { Edges, StudyTotals } from '../../src/sampling/totals.js';
import { fillTau } from '../../src/stats/tau.js';

const f = Math.fround;
const wrap = (d: number) => {
  if (d > f(Math.PI)) return f(d - f(2 * Math.PI));
  return d <= -f(Math.PI) ? f(d + f(2 * Math.PI)) : d;
};

/** The simulation task: gen → reco. */
export async function naiveTotals(
  session: Session,
  table: JetsTable,
  samples: number,
  seed: number,
  edges: Edges,
): Promise<StudyTotals> {
  const variables = Object.fromEntries(
    VARIABLES.map((variable) => [
      variable,
      {
        edges: edges[variable],
        counts: new Uint32Array(samples * (edges[variable].length + 1)),
        less: new Uint32Array(table.rows),
        equal: new Uint32Array(table.rows),
        median: new Float32Array(table.rows),
      },
    ]),
  ) as unknown as StudyTotals['variables'];
  const tau = new Float32Array(4 * samples);
  const predictions = new Float32Array(4 * samples);
  for (let row = 0; row < table.rows; row++) {
    const jet = Float32Array.from(
      VARIABLES.map((variable) => table.columns[columnName('gen', variable)]![row]),
    );
    fillTau(tau, seed, row, 1, 0, samples);
    await session.predict(jet, tau, predictions, 1, samples);
    VARIABLES.forEach((variable, step) => {
      const { counts, less, equal, median } = variables[variable];
      let values = [...predictions.slice(step * samples, (step + 1) * samples)];
      let truth = table.columns[columnName('reco', variable)]?.[row] ?? Number.NaN;
      values.forEach((value, sample) => {
        const below = [...edges[variable]].filter((edge) => edge <= value).length;
        counts[sample * (edges[variable].length + 1) + below]++;
      });
      if (variable === 'phi') {
        values = values.map((value) => wrap(f(value - jet[2])));
        truth = wrap(f(truth - jet[2]));
      }
      less[row] = values.filter((value) => value < truth).length;
      equal[row] = values.filter((value) => value === truth).length;
      values.sort((a, b) => a - b);
      const middle = (values[Math.floor((samples - 1) / 2)] + values[Math.floor(samples / 2)]) / 2;
      median[row] = variable === 'phi' ? wrap(f(jet[2] + f(middle))) : f(middle);
    });
  }
  return { jets: table.rows, samples, variables };
}
