/** The command line as a process of its own: what it prints and how it ends. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export function runCli(...options: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', MAIN, ...options], {
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}
