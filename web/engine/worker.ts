/** The computing worker: everything that takes longer than a frame happens here. */

import { loadWasmKernel } from '../../src/engines/open-web.js';
import { UsageError } from '../../src/errors.js';
import type { JetsTable } from '../../src/jets/table.js';
import { makeGate } from '../many-jets/gate.js';
import { writePredictions } from '../many-jets/predictions.js';
import { readTable } from '../many-jets/read-table.js';
import { runStudy, type StudyModel } from '../many-jets/study.js';
import { type JetEngine, predictJet } from '../one-jet/predict-jet.js';
import { sampleJet } from '../one-jet/sample-jet.js';
import type { EngineMethods } from './api.js';
import { readModel } from './read-model.js';
import { serve } from './serve.js';

let model: (StudyModel & JetEngine & { close(): Promise<void> }) | undefined;
let jets: JetsTable | undefined;
const gate = makeGate();

serve<EngineMethods>({
  async open(source) {
    const bundle = await readModel(source);
    const { card, sha256, close } = bundle;
    const session = await bundle.session();
    const conditional = await bundle.conditional();
    const kernel = session.kernel ?? (await loadWasmKernel());
    await model?.close();
    model = { card, sha256, session, conditional, kernel, close };
    return { card, sha256 };
  },
  async inspect(source) {
    const { card, sha256 } = await readModel(source);
    return { card, sha256 };
  },
  predictJet: (request) => predictJet(opened(), request),
  sampleJet,
  async readJets({ blob, name }, { signal, emit }) {
    const { table, stages, dropped, warnings } = await readTable(blob, name, signal, emit);
    jets = table;
    return { name, jets: table.rows, stages, dropped, warnings };
  },
  async study(request, { signal, emit }) {
    gate.set(true);
    return (await runStudy(opened(), table(), request, gate, signal, emit)) ?? null;
  },
  async hold(held) {
    gate.set(!held);
    return undefined;
  },
  predictions: (request, { signal, emit }) =>
    writePredictions(opened(), table(), request, gate, signal, emit),
});

function opened(): StudyModel & JetEngine {
  if (!model) throw new UsageError('no model is loaded');
  return model;
}

function table(): JetsTable {
  if (!jets) throw new UsageError('no jets are loaded');
  return jets;
}
