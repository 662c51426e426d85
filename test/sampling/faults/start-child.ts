/** Starts run-child.ts and listens to it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChildRun } from './run-child.js';

export interface Child {
  readonly process: ChildProcess;
  /** Resolves when the first block may begin, or the child ended before. */
  readonly running: Promise<void>;
  readonly ended: Promise<ChildEnd>;
}
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** sha256 of what was made; undefined where the run did not finish. */
  readonly result: string | undefined;
}

export interface StartOptions {
  /** Arguments for node itself. */
  readonly nodeArguments?: readonly string[];
  /** A command that runs the rest, and its arguments. */
  readonly within?: readonly string[];
  readonly uid?: number;
}

export function startChild(
  run: ChildRun,
  { nodeArguments = [], within = [], uid }: StartOptions = {},
): Child {
  const script = fileURLToPath(new URL('./run-child.js', import.meta.url));
  const [command, ...args] = [...within, process.execPath, ...nodeArguments, script, JSON.stringify(run)];
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid }),
  });
  let stdout = '';
  let stderr = '';
  let announce = () => {};
  const running = new Promise<void>((resolve) => {
    announce = resolve;
  });
  child.stdout.on('data', (data) => {
    stdout += data;
    if (stdout.includes('running')) announce();
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const ended = new Promise<ChildEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      announce();
      resolve({ code, signal, stdout, stderr, result: /^result (.*)$/m.exec(stdout)?.[1] });
    });
  });
  return { process: child, running, ended };
}
