/** A pass over all samples as one would write it first: one jet, one sample, one comparison at a time. */
import { bisectRight } from 'd3-array';
import { columnsOf, VARIABLES, type Variable } from '../../src/jets/columns.js';
import { deltaPhi, wrapPhi } from '../../src/jets/phi.js';
import type { JetsTable } from '../../src/jets/table.js';
import type { Session } from '../../src/model/session.js';
import { STAGES_OF_TASK, type Task } from '../../src/model/tasks.js';
import { fillTau } from '../../src/sampling/tau.js';
import type { StudyTotals } from '../../src/sampling/totals.js';
import { quantiles } from '../../src/stats/quantile.js';

export async function naiveTotals(
  session: Session,
  table: JetsTable,
  task: Task,
  edges: Record<Variable, Float32Array>,
  { samples, seed }: { samples: number; seed: number },
): Promise<StudyTotals> {
  const input = columnsOf(STAGES_OF_TASK[task].input).map((name) => table.columns[name]!);
  const truth = columnsOf(STAGES_OF_TASK[task].target).map((name) => table.columns[name]!);
  const parts = VARIABLES.map((variable) => ({
    edges: edges[variable],
    counts: new Uint32Array(samples * (edges[variable].length + 1)),
    less: new Uint32Array(table.rows),
    equal: new Uint32Array(table.rows),
    median: new Float32Array(table.rows),
  }));
  const tau = new Float32Array(4 * samples);
  const predictions = new Float32Array(4 * samples);
  for (let jet = 0; jet < table.rows; jet++) {
    fillTau(tau, seed, jet, 1, 0, samples);
    await session.predict(
      Float32Array.from(input, (column) => column[jet]),
      tau,
      predictions,
      1,
      samples,
    );
    VARIABLES.forEach((variable, step) => {
      const part = parts[step];
      const phi = input[2][jet];
      const place = (value: number) => (variable === 'phi' ? deltaPhi(value, phi) : value);
      const values = predictions.slice(step * samples, (step + 1) * samples);
      const placed = Array.from(values, place);
      const target = place(truth[step][jet]);
      part.less[jet] = placed.filter((value) => value < target).length;
      part.equal[jet] = placed.filter((value) => value === target).length;
      const [median] = quantiles(placed, [0.5]);
      part.median[jet] = variable === 'phi' ? wrapPhi(phi + median) : median;
      values.forEach((value, sample) => {
        const bin = bisectRight(part.edges, value);
        part.counts[sample * (part.edges.length + 1) + bin]++;
      });
    });
  }
  const variables = Object.fromEntries(VARIABLES.map((variable, step) => [variable, parts[step]]));
  return { jets: table.rows, samples, variables: variables as StudyTotals['variables'] };
}
