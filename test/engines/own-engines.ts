/** Every engine of our own on this machine, each compilation and instruction set by itself. */
import { loadAddon, nativeKernel } from '../../src/engines/addon.js';
import type { Engine } from '../../src/engines/engine.js';
import type { Kernel } from '../../src/engines/kernel.js';
import { kernelEngine } from '../../src/engines/kernel-engine.js';
import type { NetworkData } from '../../src/engines/network-numbers.js';
import { loadWasm } from '../../src/engines/open.js';
import { wasmKernel } from '../../src/engines/wasm.js';

const found = loadAddon();
const best = await loadWasm();
const plain = await loadWasm('separate');

export const separate = { ...plain, kernel: () => wasmKernel(plain) };
/** Absent where the runtime has no relaxed SIMD. */
export const fused = best.arithmetic === 'fused' ? { ...best, kernel: () => wasmKernel(best) } : undefined;

/** Kernels by name; `isBest`: no other instruction set of this compilation is faster. */
export const OWN_KERNELS: { name: string; isFused: boolean; isBest: boolean; kernel: () => Kernel }[] = [
  ...('addon' in found ? found.addon.levels() : []).map((level, place) => ({
    name: `native, ${level}`,
    isFused: true,
    isBest: place === 0,
    kernel: () => nativeKernel('tiny', level),
  })),
  ...(fused ? [{ name: 'wasm, fused', isFused: true, isBest: true, kernel: fused.kernel }] : []),
  { name: 'wasm, products and sums apart', isFused: false, isBest: true, kernel: separate.kernel },
];

export const OWN_ENGINES = OWN_KERNELS.map(({ kernel, ...about }) => ({
  ...about,
  open: (source: string, data: NetworkData): Engine => kernelEngine(kernel(), source, data),
}));
