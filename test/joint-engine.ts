/** The reference detector with its conditional distributions, right or with a wrong correlation, as workers open it. */

import type { Conditional, Session } from '../src/engines/engine.js';
import type { SamplingEngine } from '../src/engines/open.js';
import { referenceConditional } from './reference-conditional.js';
import { REFERENCE_RESPONSE, type Response, referenceSession } from './reference-detector.js';
import { referenceEngine } from './reference-engine.js';

export interface JointEngineOptions {
  readonly fault?: 'uncorrelated';
}

/** Mass no longer depends on pt's pull. */
const UNCORRELATED: Response = REFERENCE_RESPONSE.map((step, k) =>
  k === 3 ? { ...step, location: (jet, pulls) => step.location(jet, [0, pulls[1], pulls[2]]) } : step,
);

export async function openSession(options: unknown): Promise<Session> {
  return referenceSession(responseOf(options));
}

export async function openConditional(options: unknown): Promise<Conditional> {
  return referenceConditional(responseOf(options));
}

export function jointEngine(options: JointEngineOptions = {}): SamplingEngine {
  return { ...referenceEngine(), session: { module: import.meta.url, options } };
}

function responseOf(options: unknown): Response {
  return (options as JointEngineOptions).fault === 'uncorrelated' ? UNCORRELATED : REFERENCE_RESPONSE;
}
