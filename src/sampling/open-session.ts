/** The session of a bundle, as a worker opens it. */
import { BundleError } from '../errors.js';
import { loadBundle } from '../model/bundle-node.js';
import type { Session } from '../model/session.js';
import { createSession } from '../model/session-node.js';

export interface BundleSessionOptions {
  /** Absolute path of the bundle. */
  readonly folder: string;
  /** The bundle that the job names: another one in its place is refused. */
  readonly sha256: string;
}

export async function openSession(options: unknown): Promise<Session> {
  const { folder, sha256 } = options as BundleSessionOptions;
  const bundle = await loadBundle(folder);
  if (bundle.sha256 !== sha256)
    throw new BundleError(folder, 'the bundle changed while the run was going on; put the first one back');
  return createSession(bundle);
}
