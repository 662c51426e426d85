import { createRequire } from 'node:module';
import { beforeAll, expect, test } from '@jest/globals';
import { Resvg } from '@resvg/resvg-js';
import { renderFigure } from '../../src/report/figure.js';
import { spectrumFigure } from '../../src/report/figures/spectrum.js';
import { linearAxis, panel } from '../../src/report/panel.js';
import type { Report } from '../../src/studies/summarise.js';
import { exampleReport, renderFigures } from './example-report.js';

const FONTS = [
  createRequire(import.meta.url).resolve('@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf'),
];

let report: Report;
let figures: Awaited<ReturnType<typeof renderFigures>>;
beforeAll(async () => {
  report = await exampleReport();
  figures = await renderFigures(report);
});

test('a spectrum and a closure for each variable, and the closures’ curves', () => {
  expect(Object.keys(figures).sort()).toEqual(
    [
      'closure-ecdf',
      ...['closure', 'spectrum'].flatMap((kind) =>
        ['eta', 'mass', 'phi', 'pt'].map((name) => `${kind}-${name}`),
      ),
    ].sort(),
  );
});

test('are the same bytes each time', async () => {
  expect(await renderFigures(report)).toEqual(figures);
});

test('say units and set the subscript of pt', () => {
  const text = figures['spectrum-pt'].replace(/<[^>]*>/g, '');
  expect(text).toContain('reco jet pT [GeV]');
  expect(text).toContain('Jets / GeV');
  expect(figures['spectrum-pt']).toContain('<tspan font-style="italic">p</tspan>');
  expect(figures['spectrum-phi'].replace(/<[^>]*>/g, '')).toContain('reco jet φ [rad]');
});

test('hold nothing that is not a number, and draw a point for each filled bin', () => {
  for (const svg of Object.values(figures)) expect(svg).not.toMatch(/NaN|undefined|Infinity|null/);
  const filled = report.variables.eta.marginal.truth.filter((count) => count > 0).length;
  const circles = figures['spectrum-eta'].match(/<path [^>]*A/g) ?? [];
  // Upper panel, ratio panel, and the legend's.
  expect(circles).toHaveLength(2 * filled + 1);
});

test.each(['spectrum-pt', 'spectrum-eta', 'closure-mass'])(
  '%s is a picture that another program draws',
  (name) => {
    const { width, height, pixels } = new Resvg(figures[name]).render();
    expect([width, height]).toEqual([360, 384]);
    let dark = 0;
    for (let i = 0; i < pixels.length; i += 4) if (pixels[i] + pixels[i + 1] + pixels[i + 2] < 380) dark++;
    // Frame, ticks and curves: some percent of the area, neither blank nor black.
    expect(dark / (width * height)).toBeGreaterThan(0.005);
    expect(dark / (width * height)).toBeLessThan(0.3);
  },
);

test('one jet is enough to draw', async () => {
  const single = await renderFigures(await exampleReport('correction', 1));
  for (const svg of Object.values(single)) expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});

test.each([0, 500, 99_000, 12_345_678])('%d jets a bin: no title is cut off', async (jets) => {
  const { eta } = report.variables;
  const many = (counts: readonly number[]) => counts.map((count) => count + jets);
  const marginal = { ...eta.marginal };
  for (const name of ['truth', 'truthLow', 'truthHigh', 'median', 'q16', 'q84'] as const)
    marginal[name] = many(marginal[name]);
  const variables = { ...report.variables, eta: { ...eta, marginal } };
  const svg = await renderFigure(spectrumFigure({ ...report, variables }, 'eta'));
  // Letters of the leftmost, turned titles lie inside the picture; beyond its edge nothing would be painted.
  const { pixels, width, height } = new Resvg(svg, {
    font: { loadSystemFonts: false, fontFiles: FONTS },
  }).render();
  const dark = (x: number) => {
    let count = 0;
    for (let y = 40; y < height; y++) if (pixels[4 * (y * width + x)]! < 128) count++;
    return count;
  };
  const columns = Array.from({ length: 60 }, (_, x) => dark(x));
  const first = columns.findIndex((count) => count > 0);
  expect(first).toBeGreaterThan(1);
  expect(first).toBeLessThan(20);
  // A title's letters and the ticks' labels do not touch: some columns between them are empty.
  expect(columns.slice(first, 30).some((count) => count === 0)).toBe(true);
});

test('a label at the right end of an axis lies inside the picture', async () => {
  const [width, height] = [290, 40];
  const axis = linearAxis([0, 2000], 2, 'x');
  const y = { ...linearAxis([0, 1], 1), ticks: { labelled: [], major: [], minor: [] } };
  const drawn = panel({ width, height, x: axis, y, marks: [] });
  const svg = await renderFigure({
    ...{ width, height, margin: { left: 58 }, heading: ['', ''] as const, description: '' },
    panels: [drawn],
  });
  const picture = new Resvg(svg, { font: { loadSystemFonts: false, fontFiles: FONTS } }).render();
  const { pixels } = picture;
  const dark = (x: number) => {
    for (let row = 0; row < picture.height; row++)
      if (pixels[4 * (row * picture.width + x)]! < 128) return true;
    return false;
  };
  const last = Array.from({ length: picture.width }, (_, x) => x).findLast(dark)!;
  expect(last).toBeLessThan(picture.width - 1);
  // Right of the frame, which the label's own half is.
  expect(last).toBeGreaterThan(58 + width);
});
