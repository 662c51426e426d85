/** A bundle's wasm session in Node, believed only after it has agreed with ONNX Runtime on a few predictions. */
import { BundleError } from '../../errors.js';
import type { Bundle } from '../bundle.js';
import { checkSession } from '../check-session.js';
import { fastestConditional } from '../conditional/check-conditional.js';
import type { Conditional } from '../conditional/conditional.js';
import { loadAddon } from '../native/addon.js';
import { openNativeConditional } from '../native/conditional.js';
import type { Session } from '../session.js';
import { createConditional, createSession } from '../session-node.js';
import { createBundleConditional } from './conditional.js';
import type { Arithmetic, WasmHead } from './head.js';
import { loadHead } from './head-node.js';
import { createBundleSession } from './session.js';

/**
 * @param arithmetic of the multiply-adds; default the fastest that the machine has.
 * @throws BundleError where there is no compiled head or it does not take the bundle's network.
 */
export async function openWasm(bundle: Bundle, arithmetic?: Arithmetic): Promise<Session> {
  return createBundleSession(bundle, await foundHead(bundle, arithmetic));
}

/**
 * Compares 64 predictions with those of the bundle's graph: {@link checkSession}.
 *
 * @returns the head that was checked.
 * @throws BundleError where the wasm engine cannot run the bundle or predicts something else.
 */
export async function checkWasm(bundle: Bundle): Promise<WasmHead> {
  const head = await foundHead(bundle);
  const wasm = createBundleSession(bundle, head);
  const graph = await createSession(bundle);
  try {
    await checkSession(bundle, wasm, graph);
  } finally {
    await graph.close();
    await wasm.close();
  }
  return head;
}

/**
 * The bundle's conditional distributions: by the native engine, or where that is absent by the wasm one, if it computes
 * what conditional.onnx does, else by ONNX Runtime.
 */
export async function openConditional(bundle: Bundle): Promise<Conditional> {
  return fastestConditional(bundle, await createConditional(bundle), async () =>
    'addon' in loadAddon()
      ? openNativeConditional(bundle)
      : createBundleConditional(bundle, await foundHead(bundle)),
  );
}

async function foundHead({ source }: Bundle, arithmetic?: Arithmetic): Promise<WasmHead> {
  try {
    return await loadHead(arithmetic);
  } catch (error) {
    throw new BundleError(source, `the wasm engine is absent: ${(error as Error).message}`, { cause: error });
  }
}
