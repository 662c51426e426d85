/**
 * The kernel that Node uses, always with the same results: beside the native engine its addon's, else WebAssembly where
 * the build made it, else the plain one.
 */
import { readFile } from 'node:fs/promises';
import { loadAddon } from '../../model/native/addon.js';
import type { Edges } from '../block-totals.js';
import type { Kernel, KernelShape, StudyKernel } from './kernel.js';
import { createNativeKernel } from './native.js';
import { createPlainKernel } from './plain.js';
import { createWasmKernel } from './wasm.js';

const COMPILED = new URL('./kernel.wasm', import.meta.url);

/** @param engine beside which it works, as a session names it. */
export async function createKernel(
  engine: string,
  shape: KernelShape & { readonly edges: Edges },
): Promise<StudyKernel>;
export async function createKernel(engine: string, shape: KernelShape): Promise<Kernel>;
export async function createKernel(engine: string, shape: KernelShape): Promise<Kernel> {
  if (engine === 'native') {
    const found = loadAddon();
    if ('addon' in found) return createNativeKernel(found.addon, shape);
  }
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
