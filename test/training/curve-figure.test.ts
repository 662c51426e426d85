import { expect, test } from '@jest/globals';
import { renderFigure } from '../../src/report/figure.js';
import { type CurvePlot, curveFigure } from '../../training/curve-figure.js';

function plot(ys: readonly number[], log: boolean): CurvePlot {
  return {
    curves: [{ name: 'curve', points: ys.map((y, x) => ({ x, y })) }],
    x: { title: 'Epoch' },
    y: { title: 'Rate', log },
    heading: ['', ''],
    description: 'A curve.',
  };
}

test.each([
  ['many', [1, 0.5, 0.3], false],
  ['one point', [0.7], false],
  ['none', [], false],
  ['all alike', [3, 3, 3], false],
  ['zeros', [0, 0], false],
  ['zeros on a logarithmic axis', [0, 0], true],
  ['no number among them', [1, Number.NaN, 2, Number.POSITIVE_INFINITY], false],
  ['close together on a logarithmic axis', [2e-12, 2.1e-12], true],
  ['one point on a logarithmic axis', [4e-6], true],
  ['many decades', [1e-12, 1, 1e9], true],
] as const)('%s', async (_, ys, log) => {
  const svg = await renderFigure(curveFigure(plot(ys, log)));
  expect(svg).toContain('A curve.');
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('a share has no axis below zero, and each of several curves its name', async () => {
  const { panels } = curveFigure(plot([0, 0.1], false));
  expect(panels[0]!.scales![1]).toMatchObject({ domain: [0, expect.any(Number)] });
  const two = plot([1, 2], false);
  const curves = ['first', 'second'].map((name) => ({ ...two.curves[0]!, name }));
  const svg = await renderFigure(curveFigure({ ...two, curves }));
  expect(svg).toContain('first');
  expect(svg).toContain('second');
});
