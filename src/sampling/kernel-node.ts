/** The kernel that Node uses. */
import type { Edges } from './block-totals.js';
import type { Kernel, KernelShape, StudyKernel } from './kernel.js';
import { createPlainKernel } from './kernel-plain.js';

export async function createKernel(shape: KernelShape & { readonly edges: Edges }): Promise<StudyKernel>;
export async function createKernel(shape: KernelShape): Promise<Kernel>;
export async function createKernel(shape: KernelShape): Promise<Kernel> {
  return createPlainKernel(shape);
}
