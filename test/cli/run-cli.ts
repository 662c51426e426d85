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

/** Here, where nothing of the process itself is asked: to start one takes longer than most commands. */
export async function runHere(...options: string[]): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    }),
  );
  try {
    return { code: await run(options), ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
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
