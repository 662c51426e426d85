/** Tau, ranks, medians and spectra by every compilation and instruction set of the kernel, as the plain loops have them. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Kernel } from '../../src/engines/kernel.js';
import { kernelBeside } from '../../src/engines/open.js';
import { UsageError } from '../../src/errors.js';
import { VARIABLES } from '../../src/jets/columns.js';
import {
  type Accumulators,
  type BlockShape,
  checkEdges,
  openAccumulators,
  openTauRows,
  rowStride,
  type TauRows,
} from '../../src/sampling/accumulators.js';
import type { BlockTotals, Edges } from '../../src/sampling/totals.js';
import { OWN_KERNELS } from '../engines/own-engines.js';
import { SOME_EDGES } from './closed-form-engine.js';
import { plainAccumulators, plainTauRows } from './plain-accumulators.js';

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

function totalsBytes({ jetCount, variables }: BlockTotals): Buffer {
  const parts = VARIABLES.flatMap((variable) => Object.values(variables[variable]).map(bytesOf));
  return Buffer.concat([Buffer.from([jetCount]), ...parts]);
}

interface Group {
  readonly values: readonly number[];
  readonly gen: readonly number[];
  readonly origins: readonly number[];
}

/** Puts the same predictions, [group][jets, 4, samples], through the plain loops and the kernel. */
function expectSame(kernel: Kernel, shape: BlockShape, edges: Edges, groups: readonly Group[]): void {
  const both: [TauRows, Accumulators][] = [
    [plainTauRows(shape), plainAccumulators(shape, edges)],
    [openTauRows(kernel, shape), openAccumulators(kernel, shape, edges)],
  ];
  const [plain, other] = both.map(([{ predictions, stride }, accumulators]) => {
    accumulators.begin();
    for (const { values, gen, origins } of groups) {
      const { samples } = shape;
      for (let row = 0; row < origins.length * 4; row++) {
        const at = row * stride;
        for (let i = 0; i < samples; i++) predictions[at + i] = values[(row * samples + i) % values.length];
        predictions.fill(Number.NaN, at + samples, at + stride);
      }
      const [phi, truths] = [Float32Array.from(origins), Float32Array.from(gen)];
      expect(accumulators.add(predictions, phi, truths, origins.length)).toBe(true);
    }
    return totalsBytes(accumulators.end());
  });
  expect(other.equals(plain)).toBe(true);
}

/** Values of all sizes, many of them equal, angles, and now and then an infinity. */
const value = fc.oneof(
  { weight: 4, arbitrary: fc.float({ min: -5, max: 5, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(0, -0, 1, 1.5, -1, Math.fround(Math.PI), -Math.fround(Math.PI)) },
  { weight: 1, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) },
);
const group = (jets: number, samples: number) =>
  fc.record({
    values: fc.array(value, { minLength: 1, maxLength: 4 * jets * samples }),
    gen: fc.array(fc.oneof(value, fc.constant(Number.NaN)), { minLength: 4 * jets, maxLength: 4 * jets }),
    origins: fc.array(fc.float({ min: -3, max: 3, noNaN: true }), { minLength: jets, maxLength: jets }),
  });
const anyGroups = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 60, max: 90 })),
    fc.integer({ min: 1, max: 5 }),
  )
  .chain(([samples, jets]) =>
    fc.tuple(
      fc.constant(samples),
      fc.constant(jets),
      fc.array(group(jets, samples), { minLength: 1, maxLength: 3 }),
    ),
  );

const one = (samples: number, jetsPerBlock = 1): BlockShape => ({ samples, jetsPerGroup: 1, jetsPerBlock });
const jet = (values: readonly number[], gen = [0, 0, 0, 0], phi = 0): Group => ({
  values,
  gen,
  origins: [phi],
});
const list = (length: number, make: (i: number) => number) => Array.from({ length }, (_, i) => make(i));

/** Many edges in one cell of the table of bins, the most bins; and 0 beside an edge in the cell before it. */
const NEAR = Float32Array.from({ length: 255 }, (_, i) => 1 + i * 2 ** -22);
const CLOSE = { pt: NEAR, eta: SOME_EDGES.eta, phi: NEAR, mass: Float32Array.of(-1, 1) };
const BESIDE_ZERO = { ...SOME_EDGES, pt: Float32Array.of(-(2 ** -140), 0, 1) };
const WIDE = {
  ...SOME_EDGES,
  pt: Float32Array.from({ length: 255 }, (_, i) => i / 2),
  mass: Float32Array.of(-1, 0, 0.25, 3, 50),
};
const WIDTHS = [0.5, 1, 2, 4, 7, 8, 12, 16, 24, 32, 40, 130];

describe.each(OWN_KERNELS)('$name', ({ kernel }) => {
  test('of any values, truths and numbers of samples', () => {
    fc.assert(
      fc.property(anyGroups, ([samples, jets, groups]) => {
        const shape = { samples, jetsPerGroup: jets, jetsPerBlock: 3 * jets };
        expectSame(kernel(), shape, SOME_EDGES, groups);
      }),
      { numRuns: 60 },
    );
  });

  test.each<[string, (i: number) => number]>([
    ['all equal', () => 7],
    ['two values, half and half', (i) => i % 2],
    ['mostly the largest', (i) => (i % 5 === 0 ? -i : 3)],
    ['increasing', (i) => i],
    ['neighbouring floats', (i) => 1 + ((i * 7919) % 1000) * 2 ** -23],
    ['of all magnitudes', (i) => (-1) ** i * 2 ** (((i * 37) % 250) - 125)],
    ['one far out', (i) => (i === 3 ? 3e38 : (i * 7919) % 1000)],
    ['far out on both sides', (i) => (i % 3 === 0 ? 3e38 : i % 3 === 1 ? -3e38 : i)],
    ['mostly infinite', (i) => (i % 4 === 0 ? i : Number.POSITIVE_INFINITY)],
    ['mostly infinite below', (i) => (i % 4 === 0 ? i : Number.NEGATIVE_INFINITY)],
    ['both zeros in the middle', (i) => [-1, -0, 0, 1][i % 4]],
  ])('of values %s', (_, make) => {
    for (const samples of [1, 2, 3, 4, 5, 64, 999, 1000]) {
      const values = list(samples, make);
      const gen = [7, 1, 0, 3];
      expectSame(kernel(), one(samples, 2), SOME_EDGES, [jet(values, gen), jet([...values].reverse(), gen)]);
    }
  });

  test('of more jets than are swept at once, in groups that do not divide them', () => {
    const random = list(4 * 5 * 100, (i) => ((i * 7919) % 9973) / 50 - 5);
    const groups = Array.from({ length: 41 }, (_, i) => ({
      values: random.map((v) => v + i / 10),
      gen: list(20, (k) => k),
      origins: [0, 1, -1, 3, -3],
    }));
    expectSame(kernel(), { samples: 100, jetsPerGroup: 5, jetsPerBlock: 205 }, SOME_EDGES, groups);
  });

  test.each<[string, number, Edges, readonly Group[]]>([
    [
      'many edges in one cell, and the most bins',
      1000,
      CLOSE,
      [
        jet(
          list(4000, (i) => 1 + ((i * 7919) % 1200) * 2 ** -23 - 2 ** -15),
          [1, 1, 1, 1],
          0.5,
        ),
      ],
    ],
    ['-0 beside an edge of zero', 200, BESIDE_ZERO, [jet([-1, -0, 0, -(2 ** -140), 2 ** -140, 0.5, 1, 2])]],
    [
      'rows that span few bins, many and all',
      201,
      WIDE,
      WIDTHS.map((width) =>
        jet(
          list(4 * 201, (i) => ((i * 7919) % 997) * (width / 997) - 0.5),
          [width / 2, 0, 0, 0],
        ),
      ),
    ],
  ])('of %s', (_, samples, edges, groups) => {
    expectSame(kernel(), one(samples, groups.length), edges, groups);
  });

  test('NaN among the predictions is told, wherever it stands', () => {
    for (const samples of [1, 7, 1000]) {
      const own = kernel();
      const accumulators = openAccumulators(own, one(samples), SOME_EDGES);
      const { predictions, stride } = openTauRows(own, one(samples));
      for (const at of [0, samples - 1, samples >> 1])
        for (const step of [0, 1, 2, 3]) {
          accumulators.begin();
          predictions.fill(1);
          predictions[step * stride + at] = Number.NaN;
          const gen = Float32Array.of(1, 1, 1, 1);
          expect(accumulators.add(predictions, Float32Array.of(0), gen, 1)).toBe(false);
        }
    }
  });

  test('tau of any keys, counters and number of samples', () => {
    const word = fc.oneof(fc.nat({ max: 2 ** 32 - 1 }), fc.constantFrom(0, 2 ** 31, 2 ** 32 - 1));
    const numbers = fc.array(word, { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 130 }), (words, samples) => {
        const shape = { samples, jetsPerGroup: 3, jetsPerBlock: 3 };
        const [plain, other] = [plainTauRows(shape), openTauRows(kernel(), shape)];
        for (const rows of [plain, other]) rows.fillTau(Uint32Array.from(words));
        expect(bytesOf(other.tau).equals(bytesOf(plain.tau))).toBe(true);
      }),
    );
  });

  test('a block that was given up leaves nothing behind', () => {
    const [shape, own] = [{ samples: 70, jetsPerGroup: 2, jetsPerBlock: 4 }, kernel()];
    const accumulators = openAccumulators(own, shape, SOME_EDGES);
    const { predictions } = openTauRows(own, shape);
    for (const pt of [100, 1]) {
      accumulators.begin();
      predictions.fill(pt);
      accumulators.add(predictions, Float32Array.of(0, 0), new Float32Array(8).fill(pt), 2);
    }
    const { jetCount, variables } = accumulators.end();
    expect(jetCount).toBe(2);
    expect(variables.pt.counts.reduce((sum, count) => sum + count, 0)).toBe(2 * shape.samples);
    expect([...variables.pt.equal, ...variables.pt.median]).toEqual([70, 70, 1, 1]);
  });
});

test('beside an engine of our own its own kernel works, beside others the one in WebAssembly', async () => {
  expect((await kernelBeside({})).name).toBe('wasm');
  const kernel = OWN_KERNELS[0]!.kernel();
  expect(await kernelBeside({ kernel })).toBe(kernel);
});

test.each([
  [[1], '1 to 254 bins, not 0'],
  [list(256, (i) => i), '1 to 254 bins, not 255'],
  [[0, 1, 1], 'edges must increase, and 1 is followed by 1 (as float32)'],
  [[0, 2, 1], 'edges must increase, and 2 is followed by 1 (as float32)'],
  [[0, Number.NaN], 'edge 1 of a spectrum is NaN'],
])('edges %p are refused', (edges, message) => {
  expect(() => checkEdges(Float32Array.from(edges))).toThrow(UsageError);
  expect(() => checkEdges(Float32Array.from(edges))).toThrow(message);
});

test.each([
  [63, 63],
  [64, 64],
  [65, 80],
  [1024, 1024],
  [1025, 1025],
])('rows of %i samples are %i long', (samples, stride) => {
  expect(rowStride(samples)).toBe(stride);
});
