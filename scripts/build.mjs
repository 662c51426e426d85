// TypeScript, the kernel as WebAssembly and, where a C++ compiler is, as the native engine to dist/, incrementally.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.on('uncaughtException', (error) => {
  if (error.path === undefined) throw error;
  console.error(
    `The build cannot change ${error.path} (${error.code}); clone to a folder that you may write to.`,
  );
  process.exit(1);
});

/** How kernel/ becomes WebAssembly: no multiplication and addition is fused but those that are written so. */
const WASM = {
  units: ['wasm.cpp', 'level-wasm.cpp', 'network.cpp', 'packed.cpp', 'study.cpp', 'bin-lookup.cpp'],
  flags: [
    ...['--target=wasm32-wasip1', '-mexec-model=reactor', '-std=c++17', '-O3', '-msimd128'],
    ...['-fno-exceptions', '-fno-rtti', '-fvisibility=hidden', '-ffp-contract=off', '-fno-math-errno'],
    ...['-Wall', '-Wextra', '-Wl,--strip-all'],
  ],
  made: { 'kernel.wasm': [], 'kernel-fused.wasm': ['-mrelaxed-simd'] },
};

await buildWasm();
compile(['src', 'training', 'export', 'bench', 'experiments', 'test']);
const main = join(root, 'dist', 'src', 'cli', 'main.js');
if (existsSync(main) && (statSync(main).mode & 0o111) === 0) chmodSync(main, 0o755);
await buildNative();

/**
 * kernel/ → kernel.wasm with plain SIMD and kernel-fused.wasm with relaxed SIMD, by clang as WebAssembly itself, which needs
 * no compiler of the system. What is there already is kept as long as sources, flags and compiler are the same. Moved into
 * place whole, since others may be reading.
 */
async function buildWasm() {
  const folder = join(root, 'dist', 'src', 'engines');
  const { units, flags, made } = WASM;
  const names = readdirSync(join(root, 'kernel')).filter(
    (name) => /\.hpp$/.test(name) || units.includes(name),
  );
  const sources = Object.fromEntries(
    names.sort().map((name) => [name, readFileSync(join(root, 'kernel', name), 'utf8')]),
  );
  const { version } = JSON.parse(
    readFileSync(join(root, 'node_modules', '@yowasp', 'clang', 'package.json'), 'utf8'),
  );
  const hash = createHash('sha256')
    .update(JSON.stringify([sources, WASM, version]))
    .digest('hex');
  const stamp = join(folder, 'kernel.sources');
  const isThere = (name) => existsSync(join(folder, name));
  if (isThere('kernel.sources') && readFileSync(stamp, 'utf8') === hash && Object.keys(made).every(isThere))
    return;
  console.error('Compiling the kernel to WebAssembly (once) …');
  const { runClang, runLLVM } = await import('@yowasp/clang');
  await runLLVM(null, {}, { fetchProgress: () => {} });
  mkdirSync(folder, { recursive: true });
  rmSync(stamp, { force: true });
  for (const [name, more] of Object.entries(made)) {
    const said = [];
    const stderr = (bytes) => bytes && said.push(Buffer.from(bytes));
    const options = { stdout: stderr, stderr };
    try {
      const files = await runClang(['clang++', ...flags, ...more, ...units, '-o', name], sources, options);
      writeFileSync(join(folder, `${process.pid}-${name}`), files[name]);
    } catch {
      console.error(`${Buffer.concat(said)}build: clang failed on kernel/; the lines above say where`);
      process.exit(1);
    }
    renameSync(join(folder, `${process.pid}-${name}`), join(folder, name));
  }
  writeFileSync(stamp, hash);
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
    const isOrphan = source !== file && !existsSync(join(root, folder, source));
    if (isOrphan || (file.endsWith('.wasm') && !(basename(file) in WASM.made))) rmSync(join(compiled, file));
  }
}

/** The native engine is an extra: if something goes wrong here, `jet-iqn info` says so and everything else works. */
async function buildNative() {
  try {
    const { buildAddon } = await import('../dist/src/engines/build-addon.js');
    const say = (compiler) => console.error(`Compiling the native engine with ${compiler} (once) …`);
    await buildAddon({ onStart: say });
  } catch (error) {
    console.error(`The native engine stays out: ${error.message}`);
  }
}
