/**
 * A normalising flow, trained on the same jets in Python and judged as a study judges a bundle: the classifier's AUC on
 * its coordinates of the true jets, and the closure on ranks among its samples. bench/pareto/flow.py trains and predicts.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { readJets } from '../../src/files/read-jets.js';
import { columnName, VARIABLES } from '../../src/jets/columns.js';
import { splitIndices } from '../../src/jets/split.js';
import { type JetsTable, jetsAt } from '../../src/jets/table.js';
import { STAGES_OF_TASK } from '../../src/model/tasks.js';
import { ksDistance } from '../../src/stats/ks.js';
import { c2st } from '../../src/studies/joint/c2st.js';
import { treeClassifier } from '../../src/studies/joint/classifier-trees.js';
import { jetFeatures } from '../../src/studies/joint/jet-features.js';
import { type Peer, startPython } from '../peers/peer.js';
import type { Fidelity } from './fidelity.js';

const PROGRAM = fileURLToPath(new URL('../../../bench/pareto/flow.py', import.meta.url));
/** What the flow is judged on: the jets that the cards' studies are of. */
const TEST_JETS = fileURLToPath(new URL('../../../models/jets-sample.parquet', import.meta.url));
const TASK = 'simulation';

export interface FlowOptions {
  /** A Python with torch and zuko. */
  readonly python: string;
  /** The file that the shipped bundles were trained on. */
  readonly jets: string;
  /** Processor time to train in. */
  readonly minutes: number;
  /** Where the trained flow is kept: with the same jets and minutes it is not trained again. */
  readonly folder: string;
}

/** What flow.py tells of its training, as far as it is read here. */
const trained = v.object({
  minutes: v.number(),
  parameters: v.number(),
  multiplications: v.number(),
});

/** Trains the flow, or takes the one that is there. */
export async function trainedFlow({ python, jets, minutes, folder }: FlowOptions): Promise<Fidelity> {
  const table = await readJets(jets, { stages: ['gen', 'reco'] });
  const mark = createHash('sha256')
    .update(`${table.source.sha256} ${minutes} `)
    .update(await readFile(PROGRAM))
    .digest('hex');
  const test = await readJets(TEST_JETS, { stages: ['gen', 'reco'] });
  if ((await readFile(join(folder, 'mark'), 'utf8').catch(() => '')) !== mark) {
    await mkdir(folder, { recursive: true });
    for (const part of ['train', 'validation'] as const)
      await writeRows(join(folder, `${part}.f32`), jetsAt(table, splitIndices(table.rows, part)));
    await writeRows(join(folder, 'test.f32'), test);
    await train(python, folder, minutes);
    await writeFile(join(folder, 'mark'), mark);
  }
  const record = v.parse(trained, JSON.parse(await readFile(join(folder, 'flow.json'), 'utf8')));
  const { buffer, byteOffset, byteLength } = await readFile(join(folder, 'pits.f32'));
  const found = new Float32Array(buffer, byteOffset, byteLength / 4);
  return { ...judged(test, found), multiplications: record.multiplications };
}

/** The trained flow, taking turns. */
export function startFlow(
  { python, folder }: Pick<FlowOptions, 'python' | 'folder'>,
  batches: readonly number[],
): Promise<Peer> {
  return startPython('zuko', python, [PROGRAM, 'serve', folder, batches.join(',')], 1);
}

/** @param found [N, 8] of flow.py: coordinates, ranks. */
export function judged(test: JetsTable, found: Float32Array): Omit<Fidelity, 'multiplications'> {
  const jets = test.rows;
  const column = (k: number) => Float32Array.from({ length: jets }, (_, jet) => found[8 * jet + k]!);
  const pits = new Float32Array(4 * jets);
  for (let jet = 0; jet < jets; jet++) pits.set(found.subarray(8 * jet, 8 * jet + 4), 4 * jet);
  const { auc } = c2st(jetFeatures(rowsOf(test, STAGES_OF_TASK[TASK].input)), pits, treeClassifier(), 1);
  return {
    task: TASK,
    network: 'spline flow',
    jets,
    auc: auc.auc,
    aucError: auc.error,
    closureKs: Math.max(...[4, 5, 6, 7].map((k) => ksDistance(column(k)))),
  };
}

/** Four columns of a table, row-major. */
function rowsOf({ rows, columns }: JetsTable, stage: 'gen' | 'raw' | 'reco'): Float32Array {
  const values = new Float32Array(4 * rows);
  VARIABLES.forEach((variable, k) => {
    const column = columns[columnName(stage, variable)]!;
    for (let row = 0; row < rows; row++) values[4 * row + k] = column[row]!;
  });
  return values;
}

async function writeRows(path: string, table: JetsTable): Promise<void> {
  const { input, target } = STAGES_OF_TASK[TASK];
  const [x, y] = [rowsOf(table, input), rowsOf(table, target)];
  const values = new Float32Array(8 * table.rows);
  for (let row = 0; row < table.rows; row++) {
    values.set(x.subarray(4 * row, 4 * row + 4), 8 * row);
    values.set(y.subarray(4 * row, 4 * row + 4), 8 * row + 4);
  }
  await writeFile(path, values);
}

function train(python: string, folder: string, minutes: number): Promise<void> {
  const child = spawn(python, [PROGRAM, 'train', folder, String(minutes)], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`training the flow ended with exit code ${code}`)),
    );
  });
}
