import { expect, test } from '@jest/globals';
import { type ParetoPoint, paretoFigure } from '../../experiments/pareto-figure.js';
import { renderFigure } from '../../src/report/figure.js';

function point(network: string, engine: ParetoPoint['engine'], millions: number, auc: number): ParetoPoint {
  return {
    ...{ bundle: 'some', engine, task: 'simulation', network, multiplications: 5184, jets: 20_000 },
    ...{ auc, aucError: 0.0025, closureKs: 0.01, perSecond: millions * 1e6, spread: 0 },
  };
}

test('every point stands where its speed and fidelity are, in both panels', async () => {
  const points = [point('paper 5 × 50', 'ort', 0.5, 0.52), point('amortised 3 × 24', 'native', 5, 0.51)];
  const figure = paretoFigure(points);
  expect(figure.description).toMatch(
    /paper 5 × 50 by ONNX Runtime: 0.50 million .*; amortised 3 × 24 by native: 5.0/,
  );
  const svg = await renderFigure(figure);
  // Drawn symbols, as translate(x,y): further right where faster, higher where the AUC is larger.
  const places = [
    ...svg.matchAll(/<path transform="translate\(([\d.]+),([\d.]+)\)" d="[^"]*" fill="(#0072B2|#D55E00)"/g),
  ];
  const [slow, fast] = ['#0072B2', '#D55E00'].map((colour) =>
    places.filter(([, , , fill]) => fill === colour).map(([, x, y]) => [Number(x), Number(y)] as const),
  );
  expect([slow!.length, fast!.length]).toEqual([2, 2]);
  expect(fast![0]![0]).toBeGreaterThan(slow![0]![0]);
  expect(fast![0]![1]).toBeGreaterThan(slow![0]![1]);
  expect(fast![1]![1]).toBe(slow![1]![1]);
});

test('a model that nothing tells from the truth still has an axis', async () => {
  const svg = await renderFigure(paretoFigure([{ ...point('n', 'wasm', 1, 0.498), closureKs: 0 }]));
  expect(svg).not.toMatch(/NaN|Infinity/);
});
