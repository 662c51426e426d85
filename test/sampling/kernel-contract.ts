/** What every kernel must do: the plain one's totals and tau, bit for bit. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { VARIABLES } from '../../src/jets/columns.js';
import type { KernelShape, StudyKernel, TauKernel } from '../../src/sampling/study-kernel.js';
import type { BlockTotals, Edges } from '../../src/sampling/totals.js';
import { SOME_EDGES } from './closed-form-engine.js';
import { createPlainKernel } from './plain-kernel.js';

/** Opens the kernel in question: called within tests alone. */
export type KernelMaker = (shape: KernelShape & { readonly edges: Edges }) => StudyKernel;

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

function totalsBytes({ jetCount, variables }: BlockTotals): Buffer {
  const parts = VARIABLES.flatMap((variable) => {
    const { counts, less, equal, median } = variables[variable];
    return [counts, less, equal, median].map(bytesOf);
  });
  return Buffer.concat([Buffer.from([jetCount]), ...parts]);
}

/** Puts the same predictions, [group][jets, 4, samples], through the plain kernel and the one in question. */
function expectSame(
  createKernel: KernelMaker,
  shape: KernelShape & { edges: Edges },
  groups: readonly {
    readonly values: readonly number[];
    readonly gen: readonly number[];
    readonly origins: readonly number[];
  }[],
): void {
  const [plain, other] = [createPlainKernel(shape), createKernel(shape)].map((kernel) => {
    kernel.begin();
    for (const { values, gen, origins } of groups) {
      const { samples } = shape;
      for (let row = 0; row < origins.length * 4; row++) {
        const at = row * kernel.stride;
        for (let i = 0; i < samples; i++)
          kernel.predictions[at + i] = values[(row * samples + i) % values.length];
        kernel.predictions.fill(Number.NaN, at + samples, at + kernel.stride);
      }
      expect(kernel.add(Float32Array.from(origins), Float32Array.from(gen), origins.length)).toBe(true);
    }
    return totalsBytes(kernel.end());
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

/** @param createTauKernel opens one without edges. */
export function kernelContract(
  createKernel: KernelMaker,
  createTauKernel: (shape: KernelShape) => TauKernel,
): void {
  describe('ranks, medians and spectra', () => {
    test('of any values, truths and numbers of samples', () => {
      fc.assert(
        fc.property(
          fc
            .record({
              samples: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 60, max: 90 })),
              jets: fc.integer({ min: 1, max: 5 }),
            })
            .chain(({ samples, jets }) =>
              fc.tuple(
                fc.constant({ samples, jets }),
                fc.array(group(jets, samples), { minLength: 1, maxLength: 3 }),
              ),
            ),
          ([{ samples, jets }, groups]) => {
            expectSame(
              createKernel,
              { samples, jetsPerGroup: jets, jetsPerBlock: 3 * jets, seed: 1, edges: SOME_EDGES },
              groups,
            );
          },
        ),
        { numRuns: 60 },
      );
    });

    test.each([
      ['all equal', (_: number) => 7],
      ['two values, half and half', (i: number) => i % 2],
      ['mostly zero', (i: number) => (i % 5 === 0 ? i : 0)],
      ['mostly the largest', (i: number) => (i % 5 === 0 ? -i : 3)],
      ['increasing', (i: number) => i],
      ['neighbouring floats', (i: number) => 1 + ((i * 7919) % 1000) * 2 ** -23],
      ['of all magnitudes', (i: number) => (-1) ** i * 2 ** (((i * 37) % 250) - 125)],
      ['one far out', (i: number) => (i === 3 ? 3e38 : (i * 7919) % 1000)],
      ['far out on both sides', (i: number) => (i % 3 === 0 ? 3e38 : i % 3 === 1 ? -3e38 : i)],
      ['with infinities', (i: number) => (i % 4 === 0 ? Number.POSITIVE_INFINITY : i)],
      ['mostly infinite', (i: number) => (i % 4 === 0 ? i : Number.POSITIVE_INFINITY)],
      ['mostly infinite below', (i: number) => (i % 4 === 0 ? i : Number.NEGATIVE_INFINITY)],
      ['both zeros', (i: number) => (i % 2 === 0 ? 0 : -0)],
      ['both zeros in the middle', (i: number) => [-1, -0, 0, 1][i % 4]],
    ])('of values %s', (_, make) => {
      for (const samples of [1, 2, 3, 4, 5, 64, 999, 1000]) {
        const values = Array.from({ length: samples }, (_, i) => make(i));
        const one = { values, gen: [7, 1, 0, 3], origins: [0] };
        const shape = { samples, jetsPerGroup: 1, jetsPerBlock: 2, seed: 1, edges: SOME_EDGES };
        expectSame(createKernel, shape, [one, { ...one, values: [...values].reverse() }]);
      }
    });

    test('of more jets than are swept at once, in groups that do not divide them', () => {
      const random = Array.from({ length: 4 * 5 * 100 }, (_, i) => ((i * 7919) % 9973) / 50 - 5);
      const groups = Array.from({ length: 41 }, (_, i) => ({
        values: random.map((v) => v + i / 10),
        gen: Array.from({ length: 20 }, (_, k) => k),
        origins: [0, 1, -1, 3, -3],
      }));
      expectSame(
        createKernel,
        { samples: 100, jetsPerGroup: 5, jetsPerBlock: 205, seed: 1, edges: SOME_EDGES },
        groups,
      );
    });

    test('of spectra with many edges in one cell, and of the most bins', () => {
      const near = Float32Array.from({ length: 255 }, (_, i) => 1 + i * 2 ** -22);
      const edges = { pt: near, eta: SOME_EDGES.eta, phi: near, mass: Float32Array.of(-1, 1) };
      const values = Array.from({ length: 4000 }, (_, i) => 1 + ((i * 7919) % 1200) * 2 ** -23 - 2 ** -15);
      expectSame(createKernel, { samples: 1000, jetsPerGroup: 1, jetsPerBlock: 1, seed: 1, edges }, [
        { values, gen: [1, 1, 1, 1], origins: [0.5] },
      ]);
    });

    test('of -0 between an edge of zero and one in the cell before it', () => {
      const edges = { ...SOME_EDGES, pt: Float32Array.of(-(2 ** -140), 0, 1) };
      const values = [-1, -0, 0, -(2 ** -140), 2 ** -140, 0.5, 1, 2];
      const shape = { samples: 200, jetsPerGroup: 1, jetsPerBlock: 1, seed: 1, edges };
      expectSame(createKernel, shape, [{ values, gen: [0, 0, 0, 0], origins: [0] }]);
    });

    test('of rows that span few bins, many and all', () => {
      const edges = {
        ...SOME_EDGES,
        pt: Float32Array.from({ length: 255 }, (_, i) => i / 2),
        mass: Float32Array.of(-1, 0, 0.25, 3, 50),
      };
      const groups = [0.5, 1, 2, 4, 7, 8, 12, 16, 24, 32, 40, 130].map((width) => ({
        values: Array.from({ length: 4 * 201 }, (_, i) => ((i * 7919) % 997) * (width / 997) - 0.5),
        gen: [width / 2, 0, 0, 0],
        origins: [0],
      }));
      expectSame(
        createKernel,
        { samples: 201, jetsPerGroup: 1, jetsPerBlock: groups.length, seed: 1, edges },
        groups,
      );
    });

    test('NaN among the predictions is told, wherever it stands', () => {
      for (const samples of [1, 7, 1000]) {
        const shape = { samples, jetsPerGroup: 1, jetsPerBlock: 1, seed: 1, edges: SOME_EDGES };
        const kernel = createKernel(shape);
        for (const at of [0, samples - 1, samples >> 1])
          for (const step of [0, 1, 2, 3]) {
            kernel.begin();
            kernel.predictions.fill(1);
            kernel.predictions[step * kernel.stride + at] = Number.NaN;
            expect(kernel.add(Float32Array.of(0), Float32Array.of(1, 1, 1, 1), 1)).toBe(false);
          }
      }
    });
  });

  describe('tau', () => {
    test('of any seed, jet and number of samples', () => {
      const seeds = fc.oneof(
        fc.maxSafeNat(),
        fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER),
      );
      const jets = fc.oneof(
        fc.integer({ min: 0, max: 2 ** 32 - 4 }),
        fc.constantFrom(0, 2 ** 31 - 1, 2 ** 32 - 4),
      );
      fc.assert(
        fc.property(seeds, jets, fc.integer({ min: 1, max: 130 }), (seed, firstJet, samples) => {
          const shape = { samples, jetsPerGroup: 3, jetsPerBlock: 3, seed };
          const [plain, other] = [createPlainKernel(shape), createTauKernel(shape)].map((kernel) => {
            kernel.fillTau(firstJet, 3);
            return bytesOf(kernel.tau);
          });
          expect(other.equals(plain)).toBe(true);
        }),
      );
    });
  });
}
