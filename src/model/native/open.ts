/** A bundle's native session, believed only after it has agreed with ONNX Runtime on a few predictions. */
import type { Bundle } from '../bundle.js';
import { bundleNetwork } from '../bundle-weights.js';
import { checkSession } from '../check-session.js';
import type { Session } from '../session.js';
import { createSession } from '../session-node.js';
import { createNativeSession, type NativeOptions } from './session.js';

/** @throws BundleError where there is no addon or it does not take the bundle's network. */
export function openNative(bundle: Bundle, options?: NativeOptions): Session {
  return createNativeSession(bundle.source, bundleNetwork(bundle), options);
}

/**
 * Compares 64 predictions with those of the bundle's graph: {@link checkSession}.
 *
 * @throws BundleError where the native engine cannot run the bundle or predicts something else.
 */
export async function checkNative(bundle: Bundle): Promise<void> {
  const native = openNative(bundle);
  const graph = await createSession(bundle);
  try {
    await checkSession(bundle, native, graph);
  } finally {
    await graph.close();
    await native.close();
  }
}
