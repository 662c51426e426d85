import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { RESULTS_PAGE, withTables } from '../../bench/results-page.js';
import { resultsTables } from '../../bench/results-tables.js';

test('docs/results.md has the figures of the shipped cards: npm run results writes them', () => {
  const page = readFileSync(RESULTS_PAGE, 'utf8');
  expect(withTables(page)).toBe(page);
});

const every = <T>(value: T) => ({ pt: value, eta: value, phi: value, mass: value });
const study = (jets: number, meanAbsError: number) => ({
  jets,
  samples: 1000,
  closure: every({ ks: 0.0123, firstBin: 0.9, lastBin: 1.1, error: 0.05 }),
  median: every({ meanAbsError, error: 0.1, sdError: 2, typicalMeanAbsError: 3, typicalSdError: 4 }),
});
const card = (name: string, ...studies: unknown[]) => ({
  name,
  task: 'simulation',
  metrics: {
    validation: { pinball: every(0.25), sum: 1, crossings: 1e-5 },
    ...Object.fromEntries(studies.map((figures, index) => [`study${index}`, figures])),
  },
});

test('medians are compared on the largest sample that all models of a task have', () => {
  const text = resultsTables([
    card('a', study(100, 1), study(50, 1.5), study(10, 7)),
    card('b', study(50, 2.5)),
  ]);
  expect(text).toContain('simulation, 50 test jets');
  expect(text).toContain('| pt [GeV] | 1.50 (2.00) | 2.50 (2.00) | 3.00 (4.00) | 0.10 |');
  expect(text).toContain('| `a` | 100 | 12.3 12.3 12.3 12.3 | 0.90 1.10 |');
  expect(text).toContain('| `b` | 0.2500 | 0.2500 | 0.2500 | 0.2500 | 1.0000 | 0.0010 % |');
});
