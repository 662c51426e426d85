/** What a pass samples from: how its workers open a session, and how it stands in the job. */
import { basename, resolve } from 'node:path';
import type { Task } from '../model/tasks.js';
import type { SessionSource } from './worker-setup.js';

export interface SamplingEngine {
  readonly session: SessionSource;
  /** As `--engine` names it. */
  readonly engine: string;
  /** What it does; absent for one that does any task. */
  readonly task?: Task;
  readonly bundle: { readonly name: string; readonly sha256: string };
  /** Input columns in the engine's order: variables, then names of extra columns. */
  readonly inputNames: readonly string[];
  /** Software that the bits depend on. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * The engine of a bundle's folder: ONNX Runtime.
 *
 * @throws BundleError
 */
export async function bundleEngine(folder: string): Promise<SamplingEngine> {
  const { loadBundle } = await import('../model/bundle-node.js');
  const { default: runtime } = await import('onnxruntime-node/package.json', { with: { type: 'json' } });
  const { card, sha256 } = await loadBundle(folder);
  return {
    session: {
      module: new URL('./open-session.js', import.meta.url).href,
      options: { folder: resolve(folder), sha256 },
    },
    engine: 'ort',
    task: card.task,
    bundle: { name: basename(resolve(folder)), sha256 },
    inputNames: card.inputs.map(({ column }) => column),
    versions: { 'onnxruntime-node': runtime.version },
  };
}
