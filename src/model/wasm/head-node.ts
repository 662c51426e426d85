/** The compiled head from this installation's files. */
import { readFile } from 'node:fs/promises';
import { type Arithmetic, compileHead, type HeadFile, type WasmHead } from './head.js';

/**
 * @param arithmetic this one; default the fastest that the machine has.
 * @throws Error in one line where there is none.
 */
export async function loadHead(arithmetic?: Arithmetic): Promise<WasmHead> {
  return compileHead(readHead, arithmetic);
}

/** The multiply-adds of the wasm engine; or why it is absent. One line. */
export async function describeHead(): Promise<string> {
  try {
    const { arithmetic } = await loadHead();
    return arithmetic === 'fused' ? 'fused multiply-adds' : 'products and sums apart: no relaxed SIMD here';
  } catch (error) {
    return `absent: ${(error as Error).message}`;
  }
}

async function readHead(file: HeadFile): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(new URL(file, import.meta.url)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`${file} is not built; npm run build makes it`, { cause: error });
  }
}
