// prepare.mjs [PROGRAM ARGUMENT…]: installs where something is missing or outdated, builds what changed, then runs the
// program in this process. Needs nothing but Node and npm; a second run installs nothing.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.installed-lock');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`jet-iqn needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(2);
}
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('Installing what package-lock.json names (once) …');
  // Older npm ignores package.json's allowScripts and runs install scripts; ONNX Runtime's would fetch CUDA files.
  process.env.ONNXRUNTIME_NODE_INSTALL = 'skip';
  // `npm ci` would refuse a lock file made where the registry did not offer the binaries of every platform.
  run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['install', '--no-save', '--loglevel=error']);
  // A new file in its place: a copy of node_modules may be made of hard links.
  writeFileSync(`${stamp}-${process.pid}`, lock);
  renameSync(`${stamp}-${process.pid}`, stamp);
}
run(process.execPath, [join(root, 'scripts', 'build.mjs')]);

const [program, ...words] = process.argv.slice(2);
if (program) {
  process.argv = [process.execPath, join(root, program), ...words];
  await import(pathToFileURL(process.argv[1]).href);
}

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
