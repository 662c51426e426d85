/** The compiled head from the files beside this one, wherever a bundler or a server has put them. */
import { RunError } from '../../errors.js';
import { type Arithmetic, compileHead, type HeadFile, type WasmHead } from './head.js';

/** Written out, so that bundlers find the files and take them along. */
const ADDRESSES: Readonly<Record<HeadFile, URL>> = {
  'head.wasm': new URL('./head.wasm', import.meta.url),
  'head-fused.wasm': new URL('./head-fused.wasm', import.meta.url),
};

/**
 * @param arithmetic this one; default the fastest that the machine has.
 * @throws RunError where the file cannot be fetched; Error in one line where the browser cannot do it.
 */
export function loadHead(arithmetic?: Arithmetic): Promise<WasmHead> {
  return compileHead(fetchHead, arithmetic);
}

async function fetchHead(file: HeadFile): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(ADDRESSES[file]);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new RunError(
      `${ADDRESSES[file]} cannot be fetched (${(error as Error).message}); check that the page serves it and that its policy has connect-src for it`,
      { cause: error },
    );
  }
}
