// TypeScript, AssemblyScript and, where a C++ compiler is, the native engine to dist/, incrementally.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.on('uncaughtException', (error) => {
  if (error.path === undefined) throw error;
  console.error(
    `The build cannot change ${error.path} (${error.code}); clone to a folder that you may write to.`,
  );
  process.exit(1);
});

buildWasm(join('src', 'sampling', 'kernel'), 'kernel', 'kernel.wasm', ['simd']);
buildWasm(join('src', 'model', 'wasm'), 'head', 'head.wasm', ['simd']);
buildWasm(join('src', 'model', 'wasm'), 'head', 'head-fused.wasm', ['simd', 'relaxed-simd']);
compile(['src', 'training', 'export', 'bench', 'experiments', 'test']);
const main = join(root, 'dist', 'src', 'cli', 'main.js');
if (existsSync(main) && (statSync(main).mode & 0o111) === 0) chmodSync(main, 0o755);
await buildNative();

/**
 * FILE.as.ts → a WebAssembly file, where anything in the folder of that ending is newer; moved into place whole, since
 * others may be reading.
 */
function buildWasm(folder, file, made, features) {
  const source = join(folder, `${file}.as.ts`);
  const target = join('dist', folder, made);
  const changed = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = readdirSync(join(root, folder)).filter((name) => name.endsWith('.as.ts'));
  if (sources.every((name) => changed(target) > changed(join(folder, name)))) return;
  mkdirSync(join(root, 'dist', folder), { recursive: true });
  const compiler = join('node_modules', 'assemblyscript', 'bin', 'asc.js');
  const unfinished = join('dist', folder, `${process.pid}-${made}`);
  const options = ['-O3', '--runtime', 'stub', '--noAssert', '--initialMemory', '1'];
  for (const feature of features) options.push('--enable', feature);
  // 112: vectors as arguments between the files of one module, which no embedding sees.
  options.push('--disableWarning', '112');
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

/** TypeScript → JavaScript, unless nothing is newer than the last time: the compiler needs seconds to see that. */
function compile(folders) {
  const stamp = join(root, 'dist', '.compiled');
  const last = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const single = ['tsconfig.json', 'package.json', join('node_modules', '.installed-lock')];
  // Folders too: in one of them a file may have gone.
  const files = folders.flatMap((folder) => [
    folder,
    ...readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, file)),
  ]);
  const changed = (file) => (statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0) > last;
  if (![...single, ...files].some(changed)) return;
  const start = new Date();
  for (const folder of folders) dropOrphans(folder);
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [compiler], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, '');
  utimesSync(stamp, start, start);
}

/** What was compiled from a file that has since gone or moved: a test would run twice, the package ship both. */
function dropOrphans(folder) {
  const compiled = join(root, 'dist', folder);
  if (!existsSync(compiled)) return;
  for (const file of readdirSync(compiled, { recursive: true })) {
    const source = file.replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts');
    if (source !== file && !existsSync(join(root, folder, source))) rmSync(join(compiled, file));
  }
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
