// TypeScript, the sampling kernel's AssemblyScript and, where a C++ compiler is, the native engine to dist/, incrementally.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
buildKernel();
const { status } = spawnSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc')], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
const main = join(root, 'dist', 'src', 'cli', 'main.js');
if (existsSync(main)) chmodSync(main, 0o755);
await buildNative();

/** kernel.as.ts → kernel.wasm, where the source is newer; moved into place whole, since others may be reading. */
function buildKernel() {
  const source = join('src', 'sampling', 'kernel.as.ts');
  const target = join('dist', 'src', 'sampling', 'kernel.wasm');
  const changed = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (changed(target) > changed(source)) return;
  mkdirSync(join(root, 'dist', 'src', 'sampling'), { recursive: true });
  const compiler = join('node_modules', 'assemblyscript', 'bin', 'asc.js');
  const unfinished = join('dist', 'src', 'sampling', `kernel-${process.pid}.wasm`);
  const options = ['-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd', '--initialMemory', '1'];
  const { status } = spawnSync(process.execPath, [compiler, source, '-o', unfinished, ...options], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    rmSync(join(root, unfinished), { force: true });
    process.exit(status ?? 1);
  }
  renameSync(join(root, unfinished), join(root, target));
}

/** The native engine is an extra: whatever goes wrong here, `jet-iqn info` says so and everything else works. */
async function buildNative() {
  try {
    const { buildAddon } = await import('../dist/src/model/native/build.js');
    const say = (compiler) => console.error(`Compiling the native engine with ${compiler} (once) …`);
    await buildAddon({ onStart: say });
  } catch (error) {
    console.error(`The native engine stays out: ${error.message}`);
  }
}
