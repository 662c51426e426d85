/** One bundle by one engine: how fast, how right. */
import type { Figure } from '../spread.js';
import type { Fidelity } from './fidelity.js';

export interface ParetoPoint extends Fidelity {
  /** The bundle's folder. */
  readonly bundle: string;
  readonly engine: 'ort' | 'wasm' | 'native' | 'torch';
  /** Predictions a second on one core. */
  readonly perSecond: Figure;
}
