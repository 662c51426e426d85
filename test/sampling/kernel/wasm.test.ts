import { beforeAll, expect, test } from '@jest/globals';
import { rowStride } from '../../../src/sampling/kernel/kernel.js';
import { compiledKernel } from '../../../src/sampling/kernel/node.js';
import { createWasmKernel } from '../../../src/sampling/kernel/wasm.js';
import { kernelContract } from './kernel-contract.js';

let module: WebAssembly.Module;
beforeAll(async () => {
  const compiled = await compiledKernel();
  if (!compiled) throw new Error('kernel.wasm is not built: npm run build');
  module = compiled;
});

kernelContract(
  (shape) => createWasmKernel(module, shape),
  (shape) => createWasmKernel(module, shape),
);

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
