/**
 * The PIT of each true value from its rank among S samples, made uniform by a random number v in (0, 1):
 *
 *     u = (less + v (equal + 1)) / (S + 1)
 *
 * Where the model is right the true value is one of S + 1 exchangeable numbers, so u is uniform on (0, 1) exactly,
 * for every S and also where samples tie. v comes from Philox at (jet, 0, 0, ties): nothing depends on the order of work.
 */
import { VARIABLES, type Variable } from '../jets/columns.js';
import type { StudyTotals } from '../sampling/totals.js';
import { philox4x32, philoxKey } from '../stats/philox.js';
import { STREAM } from '../stats/stream.js';

/**
 * @param firstJet index of the first jet of `totals` in the input table.
 * @returns [N] in (0, 1).
 */
export function pitFromRanks(
  totals: StudyTotals,
  variable: Variable,
  seed: number,
  firstJet = 0,
): Float64Array {
  const { less, equal } = totals.variables[variable];
  const [key0, key1] = philoxKey(seed);
  const word = VARIABLES.indexOf(variable);
  const words = new Uint32Array(4);
  const pit = new Float64Array(totals.jets);
  for (let jet = 0; jet < totals.jets; jet++) {
    philox4x32(words, firstJet + jet, 0, 0, STREAM.ties, key0, key1);
    const v = (words[word] + 0.5) / 2 ** 32;
    pit[jet] = (less[jet] + v * (equal[jet] + 1)) / (totals.samples + 1);
  }
  return pit;
}
