// Makes vendor/jsroot anew: the two files of JSROOT that read ROOT files, with vendor/jsroot/jet-iqn.patch applied.
// Usage: node scripts/vendor-jsroot.mjs [VERSION]. Needs npm, tar and patch.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [version = '7.11.2'] = process.argv.slice(2);
const target = fileURLToPath(new URL('../vendor/jsroot/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'jsroot-'));
try {
  const run = (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: 'utf8' });
  const [{ filename, integrity }] = JSON.parse(run('npm', 'pack', '--json', `jsroot@${version}`));
  run('tar', 'xzf', filename);
  const modules = join(folder, 'package', 'modules');
  run('patch', '--directory', modules, '-p1', '--input', join(target, 'jet-iqn.patch'));
  for (const file of ['io.mjs', 'core.mjs']) copyFileSync(join(modules, file), join(target, file));
  copyFileSync(join(folder, 'package', 'LICENSE'), join(target, 'LICENSE'));
  console.log(`jsroot ${version} (${integrity})`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
