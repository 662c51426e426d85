/** One bundle by one engine: how fast, how right. */
import type { Figure } from '../spread.js';
import type { Fidelity } from './fidelity.js';

export interface ParetoPoint extends Fidelity {
  /** The bundle's folder; of a flow its library. */
  readonly bundle: string;
  readonly engine: 'ort' | 'wasm' | 'native' | 'torch' | 'zuko';
  /** Predictions a second on one core. */
  readonly perSecond: Figure;
}
