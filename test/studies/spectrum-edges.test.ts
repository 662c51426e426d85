import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { VARIABLES } from '../../src/jets/columns.js';
import { MAX_BINS, spectrumEdges, studyEdges } from '../../src/studies/spectrum-edges.js';
import { makeReferenceJets } from '../reference-detector.js';

test('pt is even in the logarithm, and a selection is an edge', () => {
  const pt = makeReferenceJets(20_000, 1).columns.gen_pt!;
  const edges = Array.from(spectrumEdges('pt', pt));
  expect(edges[0]).toBe(20);
  expect(Number(edges.at(-1)!.toPrecision(2))).toBe(edges.at(-1));
  const ratios = edges.slice(1).map((edge, i) => edge / edges[i]);
  expect(Math.max(...ratios) / Math.min(...ratios)).toBeCloseTo(1, 5);
  expect(edges.length).toBeGreaterThan(30);
});

test('an end of two digits includes the value that it came from', () => {
  const edges = spectrumEdges('mass', Float32Array.from([2.3, 99.9]));
  expect(edges[0]).toBe(Math.fround(2.3));
  expect(edges.at(-1)).toBe(100);
});

test('eta has round steps', () => {
  const eta = Float32Array.from({ length: 1001 }, (_, i) => -2.5 + i / 200);
  const edges = Array.from(spectrumEdges('eta', eta), (edge) => edge.toFixed(6));
  expect(edges.slice(0, 3)).toEqual(['-2.500000', '-2.400000', '-2.300000']);
  expect(edges).toContain('0.300000');
});

test('phi covers (-pi, pi], both ends', () => {
  const edges = spectrumEdges('phi', new Float32Array([0]));
  expect(edges[0]).toBeLessThanOrEqual(-Math.PI);
  expect(edges.at(-1)).toBeGreaterThan(Math.fround(Math.PI));
  expect(edges.at(-1)).toBeCloseTo(Math.PI, 6);
  expect(edges.length).toBe(41);
});

test('few jets lie outside', () => {
  const table = makeReferenceJets(20_000, 1);
  for (const [variable, edges] of Object.entries(studyEdges(table, 'simulation'))) {
    const values = table.columns[`reco_${variable}`]!;
    expect(values.filter((value) => value < edges[0]).length).toBeLessThanOrEqual(10);
    expect(values.filter((value) => value >= edges.at(-1)!).length).toBeLessThanOrEqual(10);
  }
});

test('masses down to zero do not stretch the axis without end', () => {
  const mass = Float32Array.from({ length: 2000 }, (_, i) => (i < 100 ? 0 : i < 200 ? 1e-6 * i : i / 20));
  const edges = spectrumEdges('mass', mass);
  expect(edges[0]).toBeGreaterThan(5e-3);
  expect(edges.at(-1)).toBeGreaterThan(90);
});

describe.each(VARIABLES)('any %s', (variable) => {
  test('has increasing edges, few enough, and the same each time', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ minLength: 1, noNaN: true, min: 0, max: 2 ** 13 }),
        fc.boolean(),
        (values, mirrored) => {
          const either = mirrored && variable === 'eta' ? values.map((value) => -value) : values;
          const edges = spectrumEdges(variable, either);
          for (let i = 1; i < edges.length; i++) expect(edges[i]).toBeGreaterThan(edges[i - 1]);
          expect(edges.length - 1).toBeGreaterThanOrEqual(1);
          expect(edges.length - 1).toBeLessThanOrEqual(MAX_BINS);
          expect(spectrumEdges(variable, either)).toEqual(edges);
        },
      ),
    );
  });
});

test('a table without the target is refused by the column', () => {
  const { source, rows, columns } = makeReferenceJets(10, 1);
  const { reco_eta: _, ...rest } = columns;
  expect(() => studyEdges({ source, rows, columns: rest }, 'simulation')).toThrow('no column reco_eta');
});
