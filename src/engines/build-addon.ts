/**
 * Compiles the addon where a C++ compiler is, into dist/native of this package, and records what came of it. Nothing but
 * the compiler and node-api-headers is needed, and nothing is downloaded.
 *
 * What is there already is kept as long as sources, flags, platform and compiled file are the same. Node-API is the same
 * for every version of Node, so that a newer Node needs no new build.
 */
import { type ExecFileException, execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ADDON_FOLDER, type BuildRecord, RECORD_FILE, readBuildRecord } from './addon.js';

export interface BuildOptions {
  /** Where the addon goes: dist/native of this package. */
  readonly folder?: string;
  /** Builds again what failed with the same sources before. */
  readonly retry?: boolean;
  /** Told once, before a compiler starts. */
  readonly onStart?: (compiler: string) => void;
}

/** How the record of a machine without a compiler begins: there may be one the next time. */
const NO_COMPILER = 'there is no C++ compiler';

/** @returns the record of the build that is there now. Throws only where the folder cannot be written. */
export async function buildAddon(options: BuildOptions = {}): Promise<BuildRecord> {
  const { folder = ADDON_FOLDER, retry = false, onStart } = options;
  const sources = sourcesHash();
  const before = readBuildRecord(folder);
  if (before?.sources === sources && isFinal(before, folder, retry)) return before;
  mkdirSync(folder, { recursive: true });
  const record = await compileAddon(folder, sources, onStart);
  writeBuildRecord(folder, record);
  return record;
}

function sourcesHash(): string {
  return textsHash([process.platform, process.arch, JSON.stringify([units(), LINK_FLAGS]), ...sourceTexts()]);
}

function textsHash(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:${text}`);
  return hash.digest('hex');
}

/** Whether a build of the same sources would end as this one did. */
function isFinal(record: BuildRecord, folder: string, retry: boolean): boolean {
  if ('failure' in record) return !retry && !record.failure.startsWith(NO_COMPILER);
  try {
    return hashOf(join(folder, record.file)) === record.sha256;
  } catch {
    return false;
  }
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

async function compileAddon(
  folder: string,
  sources: string,
  onStart?: (compiler: string) => void,
): Promise<BuildRecord> {
  const failed = (failure: string): BuildRecord => ({ sources, failure });
  if (process.platform === 'win32') return failed('Windows is not supported');
  const compiler = await findCompiler();
  if (compiler === undefined) return failed(`${NO_COMPILER} (g++, clang++ or c++; CXX names another)`);
  onStart?.(compiler);
  const work = mkdtempSync(join(folder, 'building-'));
  try {
    const objects = await Promise.all(
      units().map(async ({ source, flags }) => {
        const object = join(work, source.replace('.cpp', '.o'));
        const args = [...flags, '-isystem', headers(), '-c', source, '-o', object];
        return { object, ...(await run(compiler, args, SOURCE_FOLDER)) };
      }),
    );
    const broken = objects.find(({ ok }) => !ok);
    if (broken) return failed(`${compiler} failed: ${firstError(broken.output)}`);
    const file = `jet-iqn-${process.platform}-${process.arch}-${sources.slice(0, 12)}.node`;
    const addon = join(work, file);
    const parts = objects.map(({ object }) => object);
    const linked = await run(compiler, [...LINK_FLAGS, ...parts, '-o', addon], work);
    if (!linked.ok) return failed(`${compiler} failed: ${firstError(linked.output)}`);
    // In a process of its own, which may end badly where ours must not.
    const program = `require(${JSON.stringify(addon)}).levels()[0].length`;
    const loaded = await run(process.execPath, ['-e', program], work);
    if (!loaded.ok) return failed(`it was built but does not load: ${firstError(loaded.output)}`);
    const sha256 = hashOf(addon);
    renameSync(addon, join(folder, file));
    return { sources, kernel: textsHash(sourceTexts()).slice(0, 12), file, sha256, compiler };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The folder with node_api.h. */
function headers(): string {
  const { include_dir } = createRequire(import.meta.url)('node-api-headers') as { include_dir: string };
  return include_dir;
}

function firstError(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /error/i.test(line)) ?? lines[0] ?? 'without a word').trim();
}

/** kernel/ of this package. */
export const SOURCE_FOLDER = fileURLToPath(new URL('../../../kernel/', import.meta.url));

/** Files for every processor. */
const ALWAYS = [
  ...['addon', 'study-addon', 'arguments', 'level', 'level-scalar'],
  ...['network', 'packed', 'study', 'bin-lookup'],
];
/** Files of one processor, each with the flags of its instruction set. */
const LEVELS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  x64: {
    'level-avx2': ['-mavx2', '-mfma'],
    // g++ 12 warns of its own header.
    'level-avx512': ['-mavx512f', '-Wno-maybe-uninitialized', '-Wno-uninitialized'],
  },
  arm64: { 'level-neon': [] },
};

/**
 * No multiplication and addition is fused but those that are written so: then every level gives the same bits.
 * Measured with g++ 12: -O2 and -O3 alike, -funroll-loops much slower.
 */
const FLAGS = [
  ...['-std=c++17', '-O3', '-fPIC', '-fvisibility=hidden', '-ffp-contract=off', '-fno-math-errno'],
  ...['-Wall', '-Wextra', '-DNAPI_VERSION=8'],
];

interface Unit {
  readonly source: string;
  readonly flags: readonly string[];
}

/** What is compiled on this processor. */
export function units(arch: string = process.arch): Unit[] {
  const files: [string, readonly string[]][] = [
    ...ALWAYS.map((name): [string, readonly string[]] => [name, []]),
    ...Object.entries(LEVELS[arch] ?? {}),
  ];
  return files.map(([name, flags]) => ({ source: `${name}.cpp`, flags: [...FLAGS, ...flags] }));
}

/** How object files become an addon: Node's own functions are found when it is loaded. */
export const LINK_FLAGS = [
  '-shared',
  ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : ['-Wl,-z,now']),
];

/** Names and contents of all sources but those of WebAssembly, in a fixed order. */
function sourceTexts(): string[] {
  const names = readdirSync(SOURCE_FOLDER).filter((name) => /^(?!.*wasm).*\.[ch]pp$/.test(name));
  return names.sort().flatMap((name) => [name, readFileSync(join(SOURCE_FOLDER, name), 'utf8')]);
}

/** The C++ compiler: $CXX, or the first of the usual names that answers. */
export async function findCompiler(): Promise<string | undefined> {
  for (const name of [process.env.CXX, 'g++', 'clang++', 'c++'])
    if (name && (await run(name, ['--version'], SOURCE_FOLDER)).ok) return name;
  return undefined;
}

/** Runs a program to its end. @returns whether it ended well, and what it said. */
function run(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, maxBuffer: 2 ** 24 }, (error: ExecFileException | null, stdout, stderr) =>
      resolve({ ok: error === null, output: `${stderr}${stdout}` || (error?.message ?? '') }),
    );
  });
}

/** Moved into place whole, since others may be reading. */
function writeBuildRecord(folder: string, record: BuildRecord): void {
  const unfinished = join(folder, `build-${process.pid}.json.tmp`);
  writeFileSync(unfinished, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(unfinished, join(folder, RECORD_FILE));
}
