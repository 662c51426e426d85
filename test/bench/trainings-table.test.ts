import { expect, test } from '@jest/globals';
import { type TrainingCard, trainingsTable } from '../../bench/trainings-table.js';

const closure = { ks: 0.0052, firstBin: 1.03, lastBin: 0.97, error: 0.03 };
const median = { meanAbsError: 9, error: 0.1, sdError: 20, typicalMeanAbsError: 10, typicalSdError: 21 };
const everyVariable = <T>(value: T) => ({ pt: value, eta: value, phi: value, mass: value });

function card(
  task: string,
  kind: string,
  seed: number,
  head?: number[],
  schedule = 'one-cycle',
): TrainingCard {
  const study = {
    jets: 50_000,
    samples: 1000,
    closure: { ...everyVariable(closure), mass: { ...closure, lastBin: 1.21 } },
    median: everyVariable(median),
    joint: { auc: 0.5051, aucError: 0.0016 },
  };
  return {
    name: `${kind}-${seed}`,
    task,
    network: { kind, ...(head && { head }) },
    training: { options: { seed, schedule } },
    metrics: { validation: { sum: 0.85061, crossings: 1e-6 }, test50k: study },
  };
}

test('a row a training: by task, then network, then seed', () => {
  const rows = trainingsTable([
    card('correction', 'amortised', 1, [24, 24, 24]),
    card('simulation', 'amortised', 2, [16, 16, 16]),
    card('simulation', 'amortised', 2, [24, 24, 24]),
    card('simulation', 'amortised', 1, [24, 24, 24]),
    card('simulation', 'paper', 1),
    card('simulation', 'paper', 1, undefined, 'paper'),
  ])
    .split('\n')
    .slice(2);
  expect(rows.map((row) => row.split(' | ').slice(0, 3).join(', '))).toEqual([
    '| simulation, paper, its own recipe, 1',
    '| simulation, paper, 1',
    '| simulation, amortised, 3 × 24, 1',
    '| simulation, amortised, 3 × 24, 2',
    '| simulation, amortised, 3 × 16, 2',
    '| correction, amortised, 3 × 24, 1',
  ]);
  expect(rows[1]).toContain(
    '| 0.8506 | 0.00010 % | 5.2 5.2 5.2 5.2 | 0.97 … 1.21 | 0.5051 ± 0.0016 |  | 0.900 0.900 0.900 0.900 |',
  );
});

test('a card without the shared study is named', () => {
  const { metrics, ...rest } = card('simulation', 'paper', 3);
  const { validation } = metrics;
  expect(() => trainingsTable([{ ...rest, metrics: { validation } }])).toThrow(
    'paper-3: the card has no study test50k',
  );
});
