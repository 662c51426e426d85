/** A command line: what it prints and how it ends, in this process and as a process of its own. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import { run } from '../../src/cli/main.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What is written to standard output and error while something runs in this process. */
export async function heard<T>(
  action: () => T | Promise<T>,
): Promise<{ value: T; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    }),
  );
  try {
    return { value: await action(), ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Here, where nothing of the process itself is asked: to start one takes longer than most commands. */
export async function runHere(...options: string[]): Promise<Ended> {
  const { value: code, ...said } = await heard(() => run(options));
  return { code, ...said };
}

/** The same of words between blanks. */
export function runLine(line: string): Promise<Ended> {
  return runHere(...line.split(' '));
}

/** The same of a command that must end well. @returns what it prints. */
export async function printedBy(line: string): Promise<string> {
  const { code, stdout, stderr } = await runLine(line);
  if (code !== 0) throw new Error(`${line}: ${stderr}`);
  return stdout;
}

export function runCli(...options: string[]): Ended {
  return runCliIn({}, ...options);
}

/** With something at standard input, and other variables of the environment. */
export function runCliIn(
  { input, environment }: { input?: Uint8Array; environment?: Record<string, string> },
  ...options: string[]
): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', MAIN, ...options], {
    encoding: 'utf8',
    ...(input && { input }),
    ...(environment && { env: { ...process.env, ...environment } }),
  });
  return { code: status, stdout, stderr };
}

/** Columns of the same length as CSV. */
export function csvOf(columns: Readonly<Record<string, ArrayLike<number> | undefined>>): string {
  const names = Object.keys(columns);
  const rows = Array.from(columns[names[0]!]!, (_, row) =>
    names.map((name) => columns[name]![row]).join(','),
  );
  return `${[names.join(','), ...rows].join('\n')}\n`;
}
