/** The reference detector as an engine that workers open, right or with a wrong correlation. */
import type { Conditional } from '../../src/model/conditional.js';
import type { Session } from '../../src/model/session.js';
import { INPUT_ORDER } from '../../src/model/transforms.js';
import type { SamplingEngine } from '../../src/sampling/engine.js';
import { referenceConditional } from '../reference-conditional.js';
import { REFERENCE_RESPONSE, type Response, referenceSession } from '../reference-detector.js';

/** Mass no longer depends on pt's pull. */
const UNCORRELATED: Response = REFERENCE_RESPONSE.map((step, k) =>
  k === 3 ? { ...step, location: (jet, pulls) => step.location(jet, [0, pulls[1], pulls[2]]) } : step,
);

export interface ReferenceEngineOptions {
  readonly fault?: 'uncorrelated';
}

export function referenceEngine(options: ReferenceEngineOptions = {}): SamplingEngine {
  return {
    session: { module: import.meta.url, options },
    engine: 'reference',
    bundle: { name: 'reference', sha256: '0'.repeat(64) },
    inputNames: INPUT_ORDER,
    versions: {},
  };
}

export async function openSession(options: unknown): Promise<Session> {
  return referenceSession(responseOf(options));
}

export async function openConditional(options: unknown): Promise<Conditional> {
  return referenceConditional(responseOf(options));
}

function responseOf(options: unknown): Response {
  return (options as ReferenceEngineOptions).fault === 'uncorrelated' ? UNCORRELATED : REFERENCE_RESPONSE;
}
