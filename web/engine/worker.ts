/**
 * The computing worker: everything that takes longer than a frame happens here. What one jet does not need is loaded when
 * it is asked for.
 */
import { loadWasmKernel, type WebEngine } from '../../src/engines/open-web.js';
import { UsageError } from '../../src/errors.js';
import { type HashedSource, hashed } from '../../src/files/source.js';
import type { JetsTable } from '../../src/jets/table.js';
import { loadBundle } from '../../src/load-bundle-web.js';
import { extraInputs } from '../../src/model/missing-inputs.js';
import type { OpenBundle } from '../../src/sampling/open-bundle.js';
import type { JointTasks } from '../../src/studies/joint/joint-tasks.js';
import { makeGate } from '../many-jets/gate.js';
import { readTable } from '../many-jets/read-table.js';
import type { StudyModel } from '../many-jets/request.js';
import { openPlace } from '../many-jets/sources.js';
import type { ModelSource } from '../models/model-source.js';
import { type JetEngine, predictJet } from '../one-jet/predict-jet.js';
import { sampleJet } from '../one-jet/sample-jet.js';
import type { Answer, Handlers, Message } from './api.js';

let model: (StudyModel & JetEngine & { close(): Promise<void> }) | undefined;
/** The file as well: another model may read further columns of it. */
let jets:
  | { table: JetsTable; source: HashedSource; extra: readonly string[]; sha256?: string | undefined }
  | undefined;
let tasks: JointTasks | undefined;
const gate = makeGate();

const handlers: Handlers = {
  async open(source) {
    const bundle = await readModel(source);
    const { card, sha256, close } = bundle;
    const session = await bundle.session();
    const conditional = await bundle.conditional();
    const kernel = session.kernel ?? (await loadWasmKernel());
    await model?.close();
    model = { card, sha256, source, session, conditional, kernel, close };
    return { card, sha256 };
  },
  async inspect(source) {
    const { card, sha256 } = await readModel(source);
    return { card, sha256 };
  },
  async predictJet({ of, ...request }) {
    if (!of) return predictJet(opened(), request);
    const bundle = await readModel(of);
    try {
      const [session, conditional] = [await bundle.session(), await bundle.conditional()];
      return await predictJet({ session, conditional }, request);
    } finally {
      await bundle.close();
    }
  },
  sampleJet: (request) => sampleJet(request, model ? extraInputs(model.card) : []),
  async readJets({ place, name }, { signal, emit }) {
    const { createSHA256 } = await import('hash-wasm');
    const source = hashed(await openPlace(place, name), await createSHA256());
    const { table, stages, dropped, warnings } = await readTable(source, signal, emit);
    jets = { table, source, extra: [] };
    return { name, jets: table.rows, stages, dropped, warnings };
  },
  async study(request, { signal, emit }) {
    gate.set(true);
    const { runStudy } = await import('../many-jets/study.js');
    const found = await runStudy(opened(), await table(signal), request, gate, signal, emit);
    if (!found) return null;
    const { report, done } = found;
    const { predictionsPerSecond } = report.throughput;
    const sha256 = await fileChecksum(signal, (hashed) =>
      emit({ done, jets: done, predictionsPerSecond, hashed }),
    ).catch((error) => {
      if (signal.aborted) return 'not computed: the study was stopped';
      throw error;
    });
    return { report: { ...report, input: { ...report.input, sha256 } }, done };
  },
  async hold(held) {
    gate.set(!held);
    return undefined;
  },
  async joint({ source, engine, name, task }) {
    const { jointTasks } = await import('../../src/studies/joint/joint-tasks.js');
    tasks ??= jointTasks(async () => {
      const bundle = await readModel(source, engine);
      return { session: await bundle.session(), conditional: await bundle.conditional() };
    });
    return tasks[name](task as never);
  },
  async predictions(request, { signal, emit }) {
    const all = await table(signal);
    const named = { ...all, source: { ...all.source, sha256: await fileChecksum(signal, () => {}) } };
    const { writePredictions } = await import('../many-jets/predictions.js');
    return writePredictions(opened(), named, request, gate, signal, emit);
  },
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
function readModel(source: ModelSource, engine?: WebEngine): Promise<OpenBundle> {
  const { name } = source;
  return loadBundle(source.kind === 'shipped' ? source.url : source.files, {
    name,
    ...(engine && { engine }),
  });
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
    const { table } = await readTable(jets.source, signal, () => {}, extra);
    jets = { ...jets, table, extra };
  }
  return jets.table;
}

/**
 * The sha256 of the table's file, all of which is read for it once.
 *
 * @param onShare told the share of its bytes that are read.
 * @throws the signal's reason where it is aborted.
 */
async function fileChecksum(signal: AbortSignal, onShare: (share: number) => void): Promise<string> {
  const of = jets!;
  of.sha256 ??= await of.source.sha256((bytes) => {
    signal.throwIfAborted();
    onShare(bytes / of.source.size);
  });
  return of.sha256;
}
