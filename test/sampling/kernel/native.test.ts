/** The kernel of the addon, on every instruction set of this machine. */
import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../../src/errors.js';
import { loadAddon } from '../../../src/model/native/addon.js';
import { createNativeKernel } from '../../../src/sampling/kernel/native.js';
import { createKernel } from '../../../src/sampling/kernel/node.js';
import { createPlainKernel } from '../../../src/sampling/kernel/plain.js';
import { SOME_EDGES } from '../closed-form-engine.js';
import { kernelContract } from './kernel-contract.js';

const found = loadAddon();
const shape = { samples: 70, jetsPerGroup: 2, jetsPerBlock: 4, seed: 1, edges: SOME_EDGES };

test('is what works beside the native engine where there is an addon, and beside no other', async () => {
  expect((await createKernel('native', shape)).name).toBe('addon' in found ? 'native' : 'wasm');
  expect((await createKernel('ort', shape)).name).toBe('wasm');
});

test('draws tau without a study too', async () => {
  const { edges: _, ...tauAlone } = shape;
  const [one, other] = [await createKernel('native', tauAlone), createPlainKernel(tauAlone)];
  for (const kernel of [one, other]) kernel.fillTau(5, 2);
  expect(one).not.toHaveProperty('add');
  expect(one.tau).toEqual(other.tau);
});

if ('addon' in found) {
  const { addon } = found;
  describe.each(addon.levels())('%s', (level) => {
    kernelContract(
      (shape) => createNativeKernel(addon, shape, level),
      (shape) => createNativeKernel(addon, shape, level),
    );
  });

  test('a block that was given up leaves nothing behind', () => {
    const kernel = createNativeKernel(addon, shape);
    const add = (pt: number) => kernel.add(Float32Array.of(0, 0), new Float32Array(8).fill(pt), 2);
    kernel.predictions.fill(100);
    kernel.begin();
    add(100);
    kernel.begin();
    kernel.predictions.fill(1);
    add(1);
    const { jetCount, variables } = kernel.end();
    expect(jetCount).toBe(2);
    expect(variables.pt.counts.reduce((sum, count) => sum + count, 0)).toBe(2 * shape.samples);
    expect([...variables.pt.equal, ...variables.pt.median]).toEqual([70, 70, 1, 1]);
  });

  test('edges are refused as the plain kernel refuses them', () => {
    const edges = { ...SOME_EDGES, eta: Float32Array.of(1, 1) };
    expect(() => createNativeKernel(addon, { ...shape, edges })).toThrow(UsageError);
  });
}
