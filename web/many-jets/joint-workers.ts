/** The joint tests of a study in workers, as many as the machine has cores: `jet-iqn study` has threads for them. */
import type { JetsTable } from '../../src/jets/table.js';
import {
  BLOCK,
  type JointReport,
  jointJets,
  jointStudy,
  type RunJointTask,
} from '../../src/studies/joint/joint-study.js';
import { type Connection, connect } from '../engine/connect.js';
import type { Gate } from './gate.js';
import type { StudyModel } from './request.js';

const [FEWEST_WORKERS, MOST_WORKERS] = [2, 16];

/**
 * To be called in the computing worker: the others run the same program.
 *
 * @param onShare told the share done, from 0 to 1.
 * @returns undefined where the jets are too few.
 * @throws Error where a worker fails, or the signal is aborted.
 */
export async function jointInWorkers(
  { card, session, source }: StudyModel,
  table: JetsTable,
  seed: number,
  gate: Gate,
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<JointReport | undefined> {
  const jets = jointJets(table.rows);
  if (jets === 0) return undefined;
  const cores = Math.min(MOST_WORKERS, Math.max(FEWEST_WORKERS, navigator.hardwareConcurrency));
  const workers = Array.from({ length: Math.min(cores, Math.ceil(jets / BLOCK)) }, () =>
    connect(new Worker(self.location.href, { type: 'module' })),
  );
  const stop = () => {
    for (const worker of workers) worker.stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  // Whether the kernel agrees with the graph is known by now.
  const engine = session.engine === 'wasm' ? 'wasm' : 'ort';
  const idle = [...workers];
  const waiting: ((worker: Connection) => void)[] = [];
  const run: RunJointTask = async (name, task) => {
    const worker = idle.pop() ?? (await new Promise<Connection>((go) => waiting.push(go)));
    await gate.passed(signal);
    signal.throwIfAborted();
    const answer = await worker.call('joint', { source, engine, name, task });
    const next = waiting.shift();
    if (next) next(worker);
    else idle.push(worker);
    return answer as never;
  };
  try {
    const names = card.inputs.map(({ column }) => column);
    return await jointStudy(run, table, card.task, names, { seed, onProgress: onShare });
  } finally {
    stop();
  }
}
