/** The reference detector's quantile functions, one step at a time, as conditional.onnx gives those of a network. */

import type { Conditional } from '../src/engines/engine.js';
import { VARIABLES } from '../src/jets/columns.js';
import { deltaPhi } from '../src/jets/phi.js';
import { TARGET_TRANSFORMS } from '../src/model/transforms.js';
import {
  exactQuantile,
  exactTargetDensity,
  REFERENCE_RESPONSE,
  type Response,
} from './reference-detector.js';

export function referenceConditional(response: Response = REFERENCE_RESPONSE): Conditional {
  return {
    inputs: 4,
    async quantile(jets, known, step, tau) {
      const value = new Float32Array(tau.length);
      const slope = new Float32Array(tau.length);
      for (let row = 0; row < tau.length; row++) {
        const k = Number(step[row]);
        const jet = jets.subarray(4 * row, 4 * row + 4);
        const before = known.subarray(3 * row, 3 * row + 3);
        const wrapped = exactQuantile(k, jet, before, tau[row], response);
        // Not wrapped: the branch nearest to the input jet.
        value[row] = k === 2 ? jet[2] + deltaPhi(wrapped, jet[2]) : wrapped;
        const { transform, offset } = TARGET_TRANSFORMS[VARIABLES[k]];
        const unit = transform === 'log-ratio' ? wrapped + offset : 1;
        slope[row] = unit / exactTargetDensity(k, jet, before, wrapped, response);
      }
      return { value, slope };
    },
    async close() {},
  };
}
