/** The kernel that Node uses: WebAssembly where the build made it, else the plain one, with the same results. */
import { readFile } from 'node:fs/promises';
import type { Edges } from '../block-totals.js';
import type { Kernel, KernelShape, StudyKernel } from './kernel.js';
import { createPlainKernel } from './plain.js';
import { createWasmKernel } from './wasm.js';

const COMPILED = new URL('./kernel.wasm', import.meta.url);

export async function createKernel(shape: KernelShape & { readonly edges: Edges }): Promise<StudyKernel>;
export async function createKernel(shape: KernelShape): Promise<Kernel>;
export async function createKernel(shape: KernelShape): Promise<Kernel> {
  const module = await compiledKernel();
  return module ? createWasmKernel(module, shape) : createPlainKernel(shape);
}

/** The compiled kernel; undefined where the build has not made it (tsc alone does not). */
export async function compiledKernel(): Promise<WebAssembly.Module | undefined> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await readFile(COMPILED));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return await WebAssembly.compile(bytes);
}
