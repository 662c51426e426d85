/** Who computes: TensorFlow's own kernels through @tensorflow/tfjs-node where it is installed, else plain loops. */
import { createRequire } from 'node:module';
import { UsageError } from '../src/errors.js';
import type { Kernels } from './kernels/kernels.js';
import { plainKernels } from './kernels/plain.js';
import { type TensorflowBinding, tensorflowKernels } from './kernels/tensorflow.js';

export const BACKENDS = ['tfjs-node', 'plain'] as const;
export type BackendName = (typeof BACKENDS)[number];

export interface Backend {
  readonly name: BackendName;
  /** One line for people: which, and what it means for the speed. */
  readonly description: string;
  /** Package names and versions, for the checkpoint and the card. */
  readonly versions: Readonly<Record<string, string>>;
  readonly kernels: Kernels;
}

const require = createRequire(import.meta.url);

/**
 * The fastest backend there is, or the one named.
 *
 * @throws UsageError where the one named is not installed.
 */
export async function loadBackend(name?: BackendName): Promise<Backend> {
  if (name === 'plain') return plain();
  const loaded = tensorflow();
  if (!(loaded instanceof Error)) return loaded;
  if (name === undefined) return plain();
  throw new UsageError(`@tensorflow/tfjs-node does not load (${loaded.message}); run npm run setup:tfjs`);
}

/** Which backend training would use, in one line. */
export async function describeBackend(): Promise<string> {
  return (await loadBackend()).description;
}

function tensorflow(): Backend | Error {
  mendUtil();
  // Without it TensorFlow greets on stderr with the processor's instruction sets.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  try {
    const tf = require('@tensorflow/tfjs-node');
    const { binding } = tf.backend() as { binding?: TensorflowBinding };
    if (!binding) return new Error('it has no binding');
    const versions = {
      '@tensorflow/tfjs-node': tf.version['tfjs-node'] as string,
      libtensorflow: (binding as unknown as { TF_Version: string }).TF_Version,
    };
    return {
      name: 'tfjs-node',
      description: `tfjs-node ${versions['@tensorflow/tfjs-node']} with TensorFlow ${versions.libtensorflow}`,
      versions,
      kernels: tensorflowKernels(binding),
    };
  } catch (error) {
    return new Error(error instanceof Error ? error.message.split('\n')[0] : String(error));
  }
}

function plain(): Backend {
  return {
    name: 'plain',
    description: `plain JavaScript, about ${PLAIN_IS_SLOWER} times slower than tfjs-node (npm run setup:tfjs)`,
    versions: {},
    kernels: plainKernels(),
  };
}

/**
 * Rows per second of tfjs-node over plain, two cores, batch 4096: TensorFlow.js's own plain backend had one in 80 to 100,
 * and these loops take 0.38 of its time; November 2026.
 */
const PLAIN_IS_SLOWER = 35;

/** Node 23 took away two functions of util that tfjs-node 4.22 calls. */
function mendUtil(): void {
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
