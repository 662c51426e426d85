/** Tau, ranks, medians and spectra by every compilation and instruction set of the kernel. */
import { describe, expect, test } from '@jest/globals';
import { kernelBeside } from '../../src/engines/open.js';
import { UsageError } from '../../src/errors.js';
import { createStudyKernel, rowStride } from '../../src/sampling/study-kernel.js';
import { OWN_KERNELS } from '../engines/own-engines.js';
import { SOME_EDGES } from './closed-form-engine.js';
import { kernelContract } from './kernel-contract.js';
import { createPlainKernel } from './plain-kernel.js';

const shape = { samples: 70, jetsPerGroup: 2, jetsPerBlock: 4, seed: 1, edges: SOME_EDGES };

describe.each(OWN_KERNELS)('$name', ({ kernel }) => {
  kernelContract(
    (shape) => createStudyKernel(kernel(), shape),
    (shape) => createStudyKernel(kernel(), shape),
  );

  test('draws tau without a study too', () => {
    const { edges: _, ...tauOnly } = shape;
    const [one, other] = [createStudyKernel(kernel(), tauOnly), createPlainKernel(tauOnly)];
    for (const each of [one, other]) each.fillTau(5, 2);
    expect(one).not.toHaveProperty('add');
    expect(one.tau).toEqual(other.tau);
  });

  test('a block that was given up leaves nothing behind', () => {
    const study = createStudyKernel(kernel(), shape);
    const add = (pt: number) => study.add(Float32Array.of(0, 0), new Float32Array(8).fill(pt), 2);
    study.predictions.fill(100);
    study.begin();
    add(100);
    study.begin();
    study.predictions.fill(1);
    add(1);
    const { jetCount, variables } = study.end();
    expect(jetCount).toBe(2);
    expect(variables.pt.counts.reduce((sum, count) => sum + count, 0)).toBe(2 * shape.samples);
    expect([...variables.pt.equal, ...variables.pt.median]).toEqual([70, 70, 1, 1]);
  });

  test('edges are refused as the plain kernel refuses them', () => {
    const edges = { ...SOME_EDGES, eta: Float32Array.of(1, 1) };
    expect(() => createStudyKernel(kernel(), { ...shape, edges })).toThrow(UsageError);
    expect(() => createPlainKernel({ ...shape, edges })).toThrow(UsageError);
  });
});

test('beside an engine of our own its own kernel works, beside others the one in WebAssembly', async () => {
  expect((await kernelBeside({})).name).toBe('wasm');
  const kernel = OWN_KERNELS[0]!.kernel();
  expect(await kernelBeside({ kernel })).toBe(kernel);
});

test.each([
  [1, 1],
  [63, 63],
  [64, 64],
  [65, 80],
  [1000, 1008],
  [1024, 1024],
  [1025, 1025],
])('rows of %i samples are %i long', (samples, stride) => {
  expect(rowStride(samples)).toBe(stride);
});
