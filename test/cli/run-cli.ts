/** The command line as a process of its own: what it prints and how it ends. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
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
