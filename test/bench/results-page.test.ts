import { expect, test } from '@jest/globals';
import { formatsTable } from '../../bench/formats-table.js';
import { peersTable } from '../../bench/peers-table.js';
import { resultsTables } from '../../bench/results-tables.js';
import { speedTable } from '../../bench/speed-table.js';

test('a study is compared with each peer by how often it holds the peer’s speed', () => {
  const contestant = (name: string, median: number) => ({ name, perSecond: { median } });
  const text = peersTable({
    date: '2026-11-26T12:00:00Z',
    machine: '2 × AMD EPYC',
    node: 'v20.1.0',
    benches: [
      {
        contestants: [
          contestant('jet-iqn study, paper network', 2e6),
          contestant('jet-iqn study, amortised network', 9e6),
          contestant('torch, 4096 at once', 1e6),
        ],
      },
    ],
  });
  expect(text).toContain('| torch, 4096 at once | 1.00 M/s | 2.0 | 9.0 |');
  expect(text).toContain('| jet-iqn study, paper network | 2.00 M/s | 1.0 | 4.5 |');
  expect(text).toContain('2 × AMD EPYC, Node 20.1.0, 2026-11-26.');
});

test('ratios of our reader are over each of Python’s in its run', () => {
  const contestant = (name: string, median: number) => ({ name, perSecond: { median } });
  const benches = [
    {
      name: 'python-csv',
      contestants: [
        contestant('pyarrow-csv', 2e6),
        contestant('polars-csv', 1e6),
        contestant('jet-iqn', 1.5e6),
      ],
    },
  ];
  const text = formatsTable([
    { date: '2026-11-26T12:00:00Z', machine: '2 × AMD EPYC', node: 'v20.1.0', benches },
  ]);
  expect(text).toContain('| CSV | 20.1.0 | 1.50 M/s | pyarrow 2.00 M/s: 0.75, polars 1.00 M/s: 1.50 |');
  expect(text).toContain('AMD EPYC, 2026-11-26.');
});

test('speeds are over that of the paper’s network by ONNX Runtime', () => {
  const point = (network: string, engine: string, median: number) => ({
    bundle: 'b',
    task: 'simulation',
    network,
    engine,
    perSecond: { median },
  });
  const points = [point('amortised 3 × 24', 'native', 3e6), point('paper 5 × 50', 'ort', 5e5)];
  const text = speedTable({ date: '2026-11-26T12:00:00Z', machine: '2 × AMD EPYC', node: 'v20.1.0', points });
  expect(text).toContain('| amortised 3 × 24 | – | – | 6.0 (3.0 M/s) |');
  expect(text).toContain('| paper 5 × 50 | 1.0 (0.5 M/s) | – | – |');
  expect(text).toContain('One core of AMD EPYC, Node 20.1.0, 2026-11-26.');
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

test('rows of the joint tests go by model, then from few jets to many, with the verdict of the whole study', () => {
  const joint = (jets: number, auc: number, reasons: string[]) => ({
    ...study(jets, 1),
    joint: { auc, aucError: 0.001 },
    verdict: { passed: reasons.length === 0, reasons },
  });
  const text = resultsTables([
    card('a', joint(300, 0.501, []), joint(50, 0.51, ['one']), joint(100, 0.52, ['one', 'two'])),
    card('b', joint(50, 0.53, ['one'])),
  ]);
  expect(text.split('\n').filter((line) => line.includes('± 0.0010'))).toEqual([
    '| `a` | 50 | 0.5100 ± 0.0010 |  | failed, by 1 test |',
    '| `a` | 100 | 0.5200 ± 0.0010 |  | failed, by 2 tests |',
    '| `a` | 300 | 0.5010 ± 0.0010 |  | passed |',
    '| `b` | 50 | 0.5300 ± 0.0010 |  | failed, by 1 test |',
  ]);
});
