/** A peer in a Python process of its own, which takes its turn when it is told to: bench/peers/turns.py. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Contestant } from '../harness.js';

const SERVE = fileURLToPath(new URL('../../../bench/peers/serve.py', import.meta.url));

export interface Peer extends Contestant<Turn> {
  /** Predictions made together: the fastest of those tried. */
  readonly batch: number;
  close(): Promise<void>;
}

interface Turn {
  readonly seconds: number;
  readonly finite: boolean;
}

/** What it says once it has checked and tuned itself. */
interface Tuned {
  readonly batch: number;
  readonly predictions: number;
}

export interface PeerOptions {
  readonly python: string;
  /** Folder of a bundle with the paper's network. */
  readonly bundle: string;
  readonly cores: number;
  readonly batches: readonly number[];
}

/**
 * Starts a peer and waits until it has found its best batch.
 *
 * @throws Error where the process ends: with what it said, which may be that it predicts something else.
 */
export function startPeer(name: string, { python, bundle, cores, batches }: PeerOptions): Promise<Peer> {
  return startPython(name, python, [SERVE, name, bundle, String(cores), batches.join(',')], cores);
}

/** The same of any program that takes turns as bench/peers/turns.py does. */
export async function startPython(
  name: string,
  python: string,
  program: readonly string[],
  cores: number,
): Promise<Peer> {
  const child = spawn(python, program, { stdio: ['pipe', 'pipe', 'pipe'] });
  const said = lastLines(child);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function answer(): Promise<unknown> {
    const { value, done } = await answers.next();
    if (done) throw new Error(`${name} ended: ${said()}`);
    return JSON.parse(value);
  }

  const { batch, predictions } = (await answer()) as Tuned;
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

/** What a process wrote to standard error last, for a message. */
function lastLines(child: ChildProcessByStdio<Writable, Readable, Readable>): () => string {
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    text = (text + more).slice(-1000);
  });
  return () => text.trim() || 'without a word';
}
