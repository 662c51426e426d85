/** A page as a user's bundler makes it: Vite, without settings that matter. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../project-root.js';

/** @param folder with an index.html. @param target folder for the built files. */
export async function buildPage(folder: string, target: string): Promise<void> {
  const vite = join(PROJECT_ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  // No inlining, so that each file can be weighed.
  const options = ['--outDir', target, '--emptyOutDir', '--logLevel', 'error', '--assetsInlineLimit', '0'];
  await promisify(execFile)(process.execPath, [vite, 'build', folder, '--base', './', ...options], {
    cwd: folder,
  });
}
