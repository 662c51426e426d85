/** A peer in a Python process of its own, which takes its turn when it is told to: peers.py. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contestant } from '../bench/harness.js';

const PROGRAM = fileURLToPath(new URL('../../experiments/peers.py', import.meta.url));

export interface Peer extends Contestant<Turn> {
  /** Predictions made together: the fastest of those tried. */
  readonly batch: number;
  close(): Promise<void>;
}

interface Turn {
  readonly seconds: number;
  readonly finite: boolean;
}

export interface PeerOptions {
  readonly python: string;
  /** Folder of a bundle with the paper's network. */
  readonly bundle: string;
  readonly cores: number;
  readonly batches: readonly number[];
}

/**
 * Starts a peer and waits until it has checked itself and found its best batch.
 *
 * @throws Error where the process ends, which it does with a word on stderr if it predicts something else.
 */
export async function startPeer(
  name: string,
  { python, bundle, cores, batches }: PeerOptions,
): Promise<Peer> {
  const child = spawn(python, [PROGRAM, name, bundle, String(cores), batches.join(',')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const { value, done } = await answers.next();
    if (done) throw new Error(`${name} ended`);
    return JSON.parse(value);
  };
  const { batch, predictions } = (await answer()) as { batch: number; predictions: number };
  return {
    name,
    batch,
    work: predictions,
    threads: cores,
    async run() {
      child.stdin.write('\n');
      return (await answer()) as Turn;
    },
    seconds: ({ seconds }) => seconds,
    check({ finite }) {
      if (!finite) throw new Error(`${name} predicts what is no number`);
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
