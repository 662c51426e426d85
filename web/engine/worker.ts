/** The computing worker: everything that takes longer than a frame happens here. */

import { predictJet } from '../one-jet/predict-jet.js';
import type { EngineMethods } from './api.js';
import { createConditional, createSession } from './onnx.js';
import { openModel } from './open-model.js';
import { serve } from './serve.js';

let model: {
  session: Awaited<ReturnType<typeof createSession>>;
  conditional: Awaited<ReturnType<typeof createConditional>>;
};

serve<EngineMethods>({
  async open(source) {
    const bundle = await openModel(source);
    model = { session: await createSession(bundle), conditional: await createConditional(bundle) };
    return { card: bundle.card, sha256: bundle.sha256 };
  },
  predictJet: (request) => predictJet(model, request),
});
