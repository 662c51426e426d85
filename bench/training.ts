/**
 * Training steps, rows a second: assembling the batch, network, loss, gradient and optimiser. Beside it eager PyTorch
 * on as many threads, where python3 has torch, with its data ready in memory (torch-training.py).
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { makeReferenceJets } from '../test/reference-detector.js';
import { type Backend, loadBackend } from '../training/backend.js';
import { createDataset } from '../training/dataset.js';
import { trainingOptions } from '../training/options.js';
import { createTrainer } from '../training/trainer.js';
import type { Bench, Contestant } from './harness.js';

const ROWS = [512, 4096, 16_384];
const NETWORKS = ['paper', 'amortised'] as const;
const THREADS = availableParallelism();
const SCRIPT = fileURLToPath(new URL('../../bench/torch-training.py', import.meta.url));
/** Rows a call: enough that a call takes some ten milliseconds. */
const CALL_ROWS = 16_384;

const OURS = 'tfjs-node';
const TORCH = 'torch eager';

let found: boolean | undefined;
/** Whether python3 has torch; looked for once. */
function hasTorch(): boolean {
  found ??= spawnSync('python3', ['-c', 'import torch']).status === 0;
  return found;
}

export const bench: readonly Bench[] = NETWORKS.flatMap((network) =>
  ROWS.map((rows) => ({
    name: `training-${network}-${rows}`,
    title: `Training the ${network} network, ${rows} rows a step, ${THREADS} threads`,
    unit: 'rows',
    get reference() {
      return hasTorch() ? TORCH : OURS;
    },
    async prepare({ quick }) {
      const backend = await loadBackend(OURS);
      const contestants: Contestant[] = [ours(backend, network, rows, quick)];
      if (!hasTorch()) return { contestants };
      const torch = [await startTorch(TORCH, network, rows, THREADS)];
      if (THREADS > 1) torch.push(await startTorch(`${TORCH}, 1 thread`, network, rows, 1));
      return {
        contestants: [...contestants, ...torch.map(({ contestant }) => contestant)],
        async close() {
          for (const { close } of torch) await close();
        },
      };
    },
  })),
);

function stepsOf(rows: number): number {
  return Math.max(1, Math.round(CALL_ROWS / rows));
}

function ours(
  backend: Backend,
  network: (typeof NETWORKS)[number],
  rows: number,
  quick: boolean,
): Contestant {
  const options = trainingOptions({ task: 'simulation', network, batch: rows });
  const dataset = createDataset(makeReferenceJets(quick ? 10_000 : 100_000, 1), options);
  const trainer = createTrainer(options, dataset.train, backend.kernels);
  const steps = stepsOf(rows);
  return {
    name: OURS,
    work: steps * rows,
    threads: THREADS,
    multiplications: multiplications(network),
    run() {
      let pinball: number | null = null;
      for (let step = 0; step < steps; step++) ({ pinball } = trainer.advance(0.5));
      return pinball;
    },
    check: (pinball) => checkLoss(pinball as number),
  };
}

/**
 * Of one row, forward and backward: each of value and tangent needs as many as the layer has weights, three times (the
 * output, the gradient by the input, the gradient by the weights).
 */
function multiplications(network: (typeof NETWORKS)[number]): number {
  if (network === 'paper') return 6 * (12 * 50 + 4 * 50 * 50 + 50);
  const head = 4 * 24 + 2 * 24 * 24 + 24;
  const trunk = 4 * 64 + 2 * 64 * 64;
  const conditions = 64 * 4 * (3 * 24 + 2);
  // A quarter of a jet's trunk is a row's share; the trunk has no tangent.
  return 6 * head + (3 * (trunk + conditions)) / 4;
}

async function startTorch(name: string, network: (typeof NETWORKS)[number], rows: number, threads: number) {
  const child = spawn('python3', [SCRIPT, network, String(rows), String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('torch-training.py ended');
    return JSON.parse(value) as { seconds: number; loss: number };
  };
  await answer();
  const steps = stepsOf(rows);
  const contestant: Contestant = {
    name,
    work: steps * rows,
    threads,
    multiplications: multiplications(network),
    run() {
      child.stdin.write(`${steps}\n`);
      return answer();
    },
    seconds: (result) => (result as { seconds: number }).seconds,
    check: (result) => checkLoss((result as { loss: number }).loss),
  };
  const close = async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  };
  return { contestant, close };
}

/** A mean pinball loss in standardised targets. Torch sees the same rows at every step, and learns 512 of them by heart. */
function checkLoss(loss: number): void {
  assert.ok(loss > 0 && loss < 1, `the loss is ${loss}`);
}
