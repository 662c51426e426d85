/**
 * How often the intervals of `predict --likelihood` hold the true gen jet, and their median half-width.
 *
 *     jet-iqn predict models/simulation models/jets-sample.parquet -o gen.parquet --likelihood
 *     npm run likelihood-coverage -- models/jets-sample.parquet gen.parquet
 *
 * Of jets of the reference detector (npm run experiment -- power-jets), `exact` instead of a file takes the likelihood in closed form.
 */
import { readJets } from '../src/files/read-jets.js';
import { VARIABLES, type Variable } from '../src/jets/columns.js';
import { deltaPhi } from '../src/jets/phi.js';
import { trainedBox } from '../src/model/likelihood/coordinates.js';
import { givenLikelihood } from '../src/model/likelihood/given-likelihood.js';
import { likelihoodColumn } from '../src/sampling/predictions/prediction-files.js';
import { quantileSorted } from '../src/stats/quantile.js';
import { referenceConditional } from '../test/reference-conditional.js';

/** The most likely gen jets and the ends of their intervals, by variable; each [N]. */
type Intervals = Record<Variable, Record<'best' | 'low' | 'high', Float32Array>>;
const PARTS = ['best', 'low', 'high'] as const;

const [jets, file] = process.argv.slice(2);
if (!jets || !file) throw new Error('usage: npm run likelihood-coverage -- JETS INTERVALS|exact');
const intervals = file === 'exact' ? await exactIntervals(jets) : await intervalsIn(file);
const rows = intervals.pt.best.length;
const { columns: truth } = await readJets(jets, { stages: ['gen'], limit: rows });

for (const variable of VARIABLES) {
  const { best, low, high } = intervals[variable];
  const gen = truth[`gen_${variable}`]!;
  const from = (value: number, row: number) =>
    variable === 'phi' ? deltaPhi(value, best[row]!) : value - best[row]!;
  const halfWidths = new Float64Array(rows);
  let [held, answered] = [0, 0];
  for (let row = 0; row < rows; row++) {
    if (Number.isNaN(best[row])) continue;
    const [below, above] = [from(low[row]!, row), from(high[row]!, row)];
    halfWidths[answered++] = (above - below) / 2;
    if (from(gen[row]!, row) >= below && from(gen[row]!, row) <= above) held++;
  }
  const median = quantileSorted(halfWidths.subarray(0, answered).sort(), 0.5);
  const share = held / answered;
  const error = Math.sqrt((share * (1 - share)) / answered);
  console.log(
    `${variable}: ${(100 * share).toFixed(1)} ± ${(100 * error).toFixed(1)} % of ${answered}, median half-width ${median.toPrecision(3)}`,
  );
}

async function intervalsIn(path: string): Promise<Intervals> {
  const extra = VARIABLES.flatMap((variable) => PARTS.map((part) => likelihoodColumn(variable, part)));
  const { columns } = await readJets(path, { stages: [], extra });
  return byVariable((variable, part) => columns[likelihoodColumn(variable, part)]!);
}

/** Of jets from the reference detector alone: its own likelihood. */
async function exactIntervals(path: string): Promise<Intervals> {
  const { columns } = await readJets(path, { stages: ['reco', 'gen'] });
  const observed = Float32Array.from(
    { length: 4 * columns.reco_pt!.length },
    (_, i) => columns[`reco_${VARIABLES[i % 4]!}`]![i >> 2]!,
  );
  const range = (of: 'pt' | 'eta' | 'phi' | 'mass') => {
    const values = columns[`gen_${of}`]!;
    return [Math.min(...values), Math.max(...values)] as const;
  };
  const box = trainedBox({ pt: range('pt'), eta: range('eta'), phi: range('phi'), mass: range('mass') });
  const found = await givenLikelihood(referenceConditional(), observed, new Float32Array(0), box);
  return byVariable((variable, part) => {
    const k = VARIABLES.indexOf(variable);
    return Float32Array.from({ length: observed.length / 4 }, (_, jet) => found[part][4 * jet + k]!);
  });
}

function byVariable(of: (variable: Variable, part: (typeof PARTS)[number]) => Float32Array): Intervals {
  return Object.fromEntries(
    VARIABLES.map((variable) => [
      variable,
      Object.fromEntries(PARTS.map((part) => [part, of(variable, part)])),
    ]),
  ) as Intervals;
}
