/** The addon's build where it cannot succeed: recorded and said in one line, and nothing else happens. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findAddon, readBuildRecord } from '../../src/engines/addon.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jet-iqn-build-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Builds in a process of its own, whose environment is this and nothing else. @returns what its record says. */
function failureWith(env: Readonly<Record<string, string>>): string {
  const build = new URL('../../src/engines/build-addon.js', import.meta.url).href;
  const program = `import { buildAddon } from ${JSON.stringify(build)};
    await buildAddon({ folder: ${JSON.stringify(folder)} });`;
  const options = { env: { ...env }, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], options);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const record = readBuildRecord(folder);
  return record && 'failure' in record ? record.failure : 'it was built';
}

test('without a compiler on the PATH the package works without the addon and says why', () => {
  const said = /^there is no C\+\+ compiler \(g\+\+, clang\+\+ or c\+\+; CXX names another\)$/;
  expect(failureWith({ PATH: join(folder, 'nowhere') })).toMatch(said);
  expect(findAddon(folder)).toMatchObject({ absence: expect.stringMatching(said) });
});

test('of a compiler that fails the first error is kept, and no half-built file', () => {
  const compiler = join(folder, 'g++');
  writeFileSync(
    compiler,
    '#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "a word before" >&2\necho "x.cpp:1: error: no such thing" >&2\nexit 1\n',
  );
  chmodSync(compiler, 0o755);
  expect(failureWith({ PATH: '/usr/bin:/bin', CXX: compiler })).toBe(
    `${compiler} failed: x.cpp:1: error: no such thing`,
  );
  expect(readdirSync(folder).sort()).toEqual(['build.json', 'g++']);
});
