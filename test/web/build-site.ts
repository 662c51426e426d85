/** Builds the site, once for all tests of it, where something that it is made of is newer. */
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackBrowser } from '../browser/open-browser.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const SITE = join(ROOT, 'dist', 'web');
const PARTS = ['web', 'src', 'models', 'package.json', 'package-lock.json', 'dist/src'];

/** What is used of Jest's configuration. */
interface Run {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
}

/** Jest's globalSetup, before its workers start: a browser, and the site for a run that has tests of it. */
export default function setUp({ testPathPatterns: { patterns } }: Run): void {
  const asked = (test: string) => patterns.some((pattern) => new RegExp(pattern, 'i').test(test));
  if (patterns.length === 0 || tests().some(asked)) buildSite();
  try {
    unpackBrowser();
  } catch (error) {
    console.error(`The browser cannot be unpacked, its tests will fail: ${(error as Error).message}`);
  }
}

export function buildSite(): void {
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

/** Paths of the tests that open the site. */
function tests(): string[] {
  const folder = dirname(fileURLToPath(import.meta.url));
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith('.test.js'));
}

/** Milliseconds: when the newest file of a folder was written. */
function newest(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
