/** Builds the site once for all tests of it, where something that it is made of is newer: Jest's globalSetup. */
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const SITE = join(ROOT, 'dist', 'web');
const PARTS = ['web', 'src', 'models', 'vendor', 'package.json', 'package-lock.json', 'dist/src'];

export default function buildSite(): void {
  const built = statSync(join(SITE, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (PARTS.every((part) => newest(join(ROOT, part)) < built)) return;
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const { status, stderr, error } = spawnSync(
    process.execPath,
    [vite, 'build', 'web', '--logLevel', 'error'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  if (status === 0) return;
  // Not the tests of everything else: those of the site say that it is missing.
  rmSync(SITE, { recursive: true, force: true });
  console.error(`The site cannot be built, its tests will fail: ${error?.message ?? stderr}`);
}

/** Milliseconds: when the newest file of a folder was written. */
function newest(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
