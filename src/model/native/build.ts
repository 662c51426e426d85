/**
 * Compiles the addon where a C++ compiler is, into dist/native of this package, and records what came of it. Nothing but
 * the compiler and node-api-headers is needed, and nothing is downloaded.
 *
 * What is there already is kept as long as sources, flags, platform and compiled file are the same. Node-API is the same
 * for every version of Node, so that a newer Node needs no new build.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ADDON_FOLDER, type BuildRecord, readBuildRecord, writeBuildRecord } from './build-record.js';
import { findCompiler, LINK_FLAGS, run, SOURCE_FOLDER, sourceTexts, units } from './compile.js';

export interface BuildOptions {
  /** Builds again what failed with the same sources before. */
  readonly retry?: boolean;
  /** Told once, before a compiler starts. */
  readonly onStart?: (compiler: string) => void;
}

/** @returns the record of the build that is there now. Throws only where dist/native cannot be written. */
export async function buildAddon({ retry = false, onStart }: BuildOptions = {}): Promise<BuildRecord> {
  const sources = sourcesHash();
  const before = readBuildRecord(ADDON_FOLDER);
  if (
    before?.sources === sources &&
    ('failure' in before ? !retry && !before.failure.startsWith(NO_COMPILER) : isWhole(before))
  )
    return before;
  mkdirSync(ADDON_FOLDER, { recursive: true });
  const record = await compileAddon(sources, onStart);
  writeBuildRecord(ADDON_FOLDER, record);
  return record;
}

/** A compiler may be there the next time. */
const NO_COMPILER = 'there is no C++ compiler';

function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const text of [
    process.platform,
    process.arch,
    JSON.stringify([units(), LINK_FLAGS]),
    ...sourceTexts(),
  ])
    hash.update(`${text.length}:${text}`);
  return hash.digest('hex');
}

function isWhole({ file, sha256 }: { file: string; sha256: string }): boolean {
  try {
    return hashOf(join(ADDON_FOLDER, file)) === sha256;
  } catch {
    return false;
  }
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

async function compileAddon(sources: string, onStart?: (compiler: string) => void): Promise<BuildRecord> {
  const failed = (failure: string): BuildRecord => ({ sources, failure });
  if (process.platform === 'win32') return failed('Windows is not supported');
  const compiler = await findCompiler();
  if (compiler === undefined) return failed(`${NO_COMPILER} (g++, clang++ or c++; CXX names another)`);
  onStart?.(compiler);
  const { include_dir: headers } = createRequire(import.meta.url)('node-api-headers') as {
    include_dir: string;
  };
  const work = mkdtempSync(join(ADDON_FOLDER, 'building-'));
  try {
    const objects = await Promise.all(
      units().map(async ({ source, flags }) => {
        const object = join(work, source.replace('.cpp', '.o'));
        const made = await run(
          compiler,
          [...flags, '-isystem', headers, '-c', source, '-o', object],
          SOURCE_FOLDER,
        );
        return { object, ...made };
      }),
    );
    const broken = objects.find(({ ok }) => !ok);
    if (broken) return failed(`${compiler} failed: ${firstLine(broken.output)}`);
    const file = `jet-iqn-${process.platform}-${process.arch}-${sources.slice(0, 12)}.node`;
    const addon = join(work, file);
    const linked = await run(
      compiler,
      [...LINK_FLAGS, ...objects.map(({ object }) => object), '-o', addon],
      work,
    );
    if (!linked.ok) return failed(`${compiler} failed: ${firstLine(linked.output)}`);
    // In a process of its own, which may end badly where ours must not.
    const loaded = await run(
      process.execPath,
      ['-e', `require(${JSON.stringify(addon)}).levels()[0].length`],
      work,
    );
    if (!loaded.ok) return failed(`it was built but does not load: ${firstLine(loaded.output)}`);
    const sha256 = hashOf(addon);
    renameSync(addon, join(ADDON_FOLDER, file));
    return { sources, file, sha256, compiler };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function firstLine(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /error/i.test(line)) ?? lines[0] ?? 'without a word').trim();
}
