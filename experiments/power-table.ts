/** p-values of many repetitions → a Markdown table: the share at or below 5 % for each model and test. */
import { binomialRange } from '../src/stats/intervals.js';
import { ksDistance, ksPValue } from '../src/stats/ks.js';
import { table } from './markdown.js';
import { type PValues, TESTS, type TestName } from './power-repetition.js';

/** A test rejects at this p-value. */
const LEVEL = 0.05;

/**
 * @param models their names, the right one first.
 * @param repetitions p-values by model's name.
 */
export function powerTable(
  models: readonly string[],
  repetitions: readonly Readonly<Record<string, PValues>>[],
): string {
  const pValues = (model: string, test: TestName) =>
    repetitions.map((each) => each[model][test]).filter((value) => value !== undefined);
  const share = (model: string, test: TestName) => {
    const own = pValues(model, test);
    if (own.length === 0) return '–';
    return `${Math.round((100 * own.filter((value) => value <= LEVEL).length) / own.length)} %`;
  };
  const uniform = (test: TestName) => {
    const own = pValues(models[0], test);
    return own.length === 0 ? '–' : ksPValue(ksDistance(own), own.length).toFixed(2);
  };
  const range = (test: TestName) => {
    const { length } = pValues(models[0], test);
    if (length === 0) return '–';
    return binomialRange(0.95, length, LEVEL)
      .map((count) => `${Math.round((100 * count) / length)}`)
      .join('–');
  };
  const row = (name: string, cell: (test: TestName) => string) => [name, ...TESTS.map(cell)];
  return table(
    ['model', ...TESTS],
    ['left', ...TESTS.map(() => 'left' as const)],
    [
      ...models.map((model) => row(model, (test) => share(model, test))),
      row('*no fault, 95 % of such rates lie in [%]*', range),
      row('*no fault: KS p-value of the p-values*', uniform),
    ],
  );
}
