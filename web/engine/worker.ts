/** The computing worker: everything that takes longer than a frame happens here. */

import { loadWasmKernel } from '../../src/engines/open-web.js';
import { UsageError } from '../../src/errors.js';
import type { JetsTable } from '../../src/jets/table.js';
import { loadBundle } from '../../src/load-bundle-web.js';
import { extraInputs } from '../../src/model/missing-inputs.js';
import type { OpenBundle } from '../../src/sampling/open-bundle.js';
import { makeGate } from '../many-jets/gate.js';
import { writePredictions } from '../many-jets/predictions.js';
import { readTable } from '../many-jets/read-table.js';
import { runStudy, type StudyModel } from '../many-jets/study.js';
import { type JetEngine, predictJet } from '../one-jet/predict-jet.js';
import { sampleJet } from '../one-jet/sample-jet.js';
import type { Answer, Handlers, Message, ModelSource } from './api.js';

let model: (StudyModel & JetEngine & { close(): Promise<void> }) | undefined;
/** The file as well: another model may read further columns of it. */
let jets: { table: JetsTable; blob: Blob; extra: readonly string[] } | undefined;
const gate = makeGate();

const handlers: Handlers = {
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
  sampleJet: (request) => sampleJet(request, model ? extraInputs(model.card) : []),
  async readJets({ blob, name }, { signal, emit }) {
    const { table, stages, dropped, warnings } = await readTable(blob, name, signal, emit);
    jets = { table, blob, extra: [] };
    return { name, jets: table.rows, stages, dropped, warnings };
  },
  async study(request, { signal, emit }) {
    gate.set(true);
    return (await runStudy(opened(), await table(signal), request, gate, signal, emit)) ?? null;
  },
  async hold(held) {
    gate.set(!held);
    return undefined;
  },
  predictions: async (request, { signal, emit }) =>
    writePredictions(opened(), await table(signal), request, gate, signal, emit),
};

const running = new Map<number, AbortController>();
self.addEventListener('message', async ({ data }: MessageEvent<Message>) => {
  if ('cancel' in data) {
    running.get(data.cancel)?.abort(new DOMException('cancelled', 'AbortError'));
    return;
  }
  const { id, method, argument } = data;
  const post = (answer: Answer) => self.postMessage(answer);
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const emit = (event: unknown) => post({ id, event });
    post({ id, result: await handlers[method](argument, { signal: controller.signal, emit }) });
  } catch (error) {
    post({ id, failure: error instanceof Error ? error.message : String(error) });
  } finally {
    running.delete(id);
  }
});

/** @throws BundleError */
function readModel(source: ModelSource): Promise<OpenBundle> {
  return loadBundle(source.kind === 'shipped' ? source.url : source.files, { name: source.name });
}

function opened(): StudyModel & JetEngine {
  if (!model) throw new UsageError('no model is loaded');
  return model;
}

/** With the columns that the model reads beside the four variables, as far as the file has them. */
async function table(signal: AbortSignal): Promise<JetsTable> {
  if (!jets) throw new UsageError('no jets are loaded');
  const extra = extraInputs(opened().card);
  if (!extra.every((name) => jets!.extra.includes(name))) {
    const { blob, table } = jets;
    jets = { ...(await readTable(blob, table.source.name, signal, () => {}, extra)), blob, extra };
  }
  return jets.table;
}
