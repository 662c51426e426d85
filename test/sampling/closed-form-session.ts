/**
 * An engine of one formula, for tests of the machinery around it: fast, smooth, and different for every jet and tau.
 * As a module it is what workers open; `fault` makes it misbehave at one jet.
 */
import type { Session } from '../../src/engines/engine.js';

const { fround, max } = Math;
const PI = fround(Math.PI);
const TWO_PI = 2 * Math.PI;

export interface ClosedFormOptions {
  /** What to do when a jet with pt equal to `at` is predicted. */
  readonly fault?: { readonly at: number; readonly kind: 'throw' | 'exit' | 'heap' | 'nan' };
  /** Milliseconds that a call takes at least. */
  readonly delay?: number;
}

export async function openSession(options: unknown): Promise<Session> {
  return closedFormSession(options as ClosedFormOptions | undefined);
}

export function closedFormSession({ fault, delay }: ClosedFormOptions = {}): Session {
  return {
    engine: 'closed-form',
    inputs: 4,
    async predict(jets, tau, predictions, jetCount, sampleCount) {
      if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
      for (let jet = 0; jet < jetCount; jet++) {
        const pt = jets[jet * 4];
        const eta = jets[jet * 4 + 1];
        const phi = jets[jet * 4 + 2];
        const mass = jets[jet * 4 + 3];
        const nan = fault?.at === pt && misbehave(fault.kind);
        for (let sample = 0; sample < sampleCount; sample++) {
          const at = jet * 4 * sampleCount + sample;
          const u0 = tau[at];
          const u1 = tau[at + sampleCount];
          const u2 = tau[at + 2 * sampleCount];
          const u3 = tau[at + 3 * sampleCount];
          predictions[at] = nan ? Number.NaN : pt * (0.7 + 0.6 * u0);
          predictions[at + sampleCount] = eta + 0.2 * (u1 - 0.5) * (1 + u0);
          predictions[at + 2 * sampleCount] = wrapped(phi + 0.5 * (u2 - 0.5) * (1 + u1));
          predictions[at + 3 * sampleCount] = max(0, mass * (0.5 + u3 * u0) - 0.4);
        }
      }
    },
    async close() {},
  };
}

function wrapped(phi: number): number {
  const f = fround(phi);
  if (f > PI) return f - TWO_PI;
  return f <= -PI ? f + TWO_PI : f;
}

function misbehave(kind: NonNullable<ClosedFormOptions['fault']>['kind']): boolean {
  if (kind === 'throw') throw new Error('the engine gives up');
  if (kind === 'exit') process.exit(7);
  if (kind === 'heap') for (const hoard: unknown[] = []; ; ) hoard.push(new Array(1e6).fill(hoard.length));
  return true;
}
