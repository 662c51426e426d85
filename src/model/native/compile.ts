/** How the addon's sources are compiled: which files on which processor, with which flags. */
import { type ExecFileException, execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** kernel/ of this package. */
export const SOURCE_FOLDER = fileURLToPath(new URL('../../../../kernel/', import.meta.url));

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

export interface Unit {
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

/** Names and contents of all sources, in a fixed order. */
export function sourceTexts(): string[] {
  const names = readdirSync(SOURCE_FOLDER).filter((name) => /\.[ch]pp$/.test(name));
  return names.sort().flatMap((name) => [name, readFileSync(join(SOURCE_FOLDER, name), 'utf8')]);
}

/** The C++ compiler: $CXX, or the first of the usual names that answers. */
export async function findCompiler(): Promise<string | undefined> {
  for (const name of [process.env.CXX, 'g++', 'clang++', 'c++'])
    if (name && (await run(name, ['--version'], SOURCE_FOLDER)).ok) return name;
  return undefined;
}

/** Runs a program to its end. @returns whether it ended well, and what it said. */
export function run(
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
