/**
 * How often the intervals of `predict --likelihood` hold the true gen jet, and their median half-width.
 *
 *     jet-iqn predict models/simulation models/jets-sample.parquet -o gen.parquet --likelihood
 *     npm run coverage -- models/jets-sample.parquet gen.parquet
 */
import { readJets } from '../src/formats/read-jets.js';
import { VARIABLES, type Variable } from '../src/jets/columns.js';
import { deltaPhi } from '../src/jets/phi.js';
import { likelihoodColumn } from '../src/sampling/predictions/prediction-files.js';
import { quantileSorted } from '../src/stats/quantile.js';

const [jets, intervals] = process.argv.slice(2);
if (!jets || !intervals) throw new Error('usage: npm run coverage -- JETS INTERVALS');
const names = (['best', 'low', 'high'] as const).map(
  (part) => (variable: Variable) => likelihoodColumn(variable, part),
);
const found = await readJets(intervals, {
  stages: [],
  extra: names.flatMap((name) => VARIABLES.map(name)),
});
const { columns: truth } = await readJets(jets, { stages: ['gen'], limit: found.rows });

for (const variable of VARIABLES) {
  const [best, low, high] = names.map((name) => found.columns[name(variable)]!);
  const gen = truth[`gen_${variable}`]!;
  const from = (value: number, row: number) =>
    variable === 'phi' ? deltaPhi(value, best![row]!) : value - best![row]!;
  const halfWidths = new Float64Array(found.rows);
  let [held, answered] = [0, 0];
  for (let row = 0; row < found.rows; row++) {
    if (Number.isNaN(best![row])) continue;
    const [below, above] = [from(low![row]!, row), from(high![row]!, row)];
    halfWidths[answered++] = (above - below) / 2;
    if (from(gen[row]!, row) >= below && from(gen[row]!, row) <= above) held++;
  }
  const median = quantileSorted(halfWidths.subarray(0, answered).sort(), 0.5);
  const share = (100 * held) / answered;
  console.log(
    `${variable}: ${share.toFixed(1)} % of ${answered}, median half-width ${median.toPrecision(3)}`,
  );
}
