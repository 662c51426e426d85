// `npm run test:sanitize [-- --if-possible --seconds 20 --seed 1]`: the native engine under AddressSanitizer and
// UndefinedBehaviorSanitizer, fuzzed from C++ (shapes, values, every instruction set) and from JavaScript (the addon's
// door). A finding ends the run with exit code 1. Where there is no compiler with sanitizers: exit code 2, or with
// --if-possible a word and 0.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findCompiler, LINK_FLAGS, SOURCE_FOLDER, units } from '../dist/src/engines/build-addon.js';

const SANITIZERS = [
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=all',
  '-fno-omit-frame-pointer',
  '-g1',
];

const { values: options } = parseArgs({
  options: {
    'if-possible': { type: 'boolean', default: false },
    seconds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const work = mkdtempSync(join(tmpdir(), 'jet-iqn-sanitize-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const compiler = await findCompiler();
if (compiler === undefined) giveUp('there is no C++ compiler');
writeFileSync(join(work, 'empty.cpp'), 'int main() {}');
if (spawnSync(compiler, [...SANITIZERS, 'empty.cpp', '-o', 'empty'], { cwd: work }).status !== 0)
  giveUp(`${compiler} has no sanitizers`);

const { include_dir: headers } = createRequire(import.meta.url)('node-api-headers');
const objects = units().map(({ source, flags }) => {
  const object = join(work, source.replace('.cpp', '.o'));
  run('compiling', compiler, [
    ...flags,
    ...SANITIZERS,
    '-O1',
    '-isystem',
    headers,
    '-c',
    source,
    '-o',
    object,
  ]);
  return object;
});
// The program has no Node to link with.
const ofNode = /(addon|arguments)\.o$/;
const driver = join(work, 'fuzz');
const kernels = objects.filter((object) => !ofNode.test(object));
run('compiling', compiler, ['-std=c++17', '-O1', ...SANITIZERS, 'check/fuzz.cpp', ...kernels, '-o', driver]);
const addon = join(work, 'sanitized.node');
run('linking', compiler, [...LINK_FLAGS, ...SANITIZERS, ...objects, '-o', addon]);

say(`kernels: ${run('the kernels', driver, [options.seconds, options.seed])}`);
const runtime = spawnSync(compiler, ['-print-file-name=libasan.so'], { encoding: 'utf8' }).stdout.trim();
const program = fileURLToPath(new URL('../dist/test/engines/fuzz.js', import.meta.url));
say(
  `addon: ${run('the addon', process.execPath, [program, addon, options.seconds, options.seed], {
    // V8 keeps what it allocates to the end.
    ASAN_OPTIONS: 'detect_leaks=0',
    LD_PRELOAD: runtime,
  })}`,
);

function run(what, command, args, env = {}) {
  const { status, signal, stdout, stderr } = spawnSync(command, args, {
    cwd: SOURCE_FOLDER,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status === 0) return stdout.trim();
  process.stderr.write(`${stdout}${stderr}`);
  console.error(
    `test:sanitize: ${what} failed (${signal ?? `exit code ${status}`}); the lines above say where`,
  );
  process.exit(1);
}

function giveUp(reason) {
  console.error(`test:sanitize: ${reason}; the native engine is not fuzzed`);
  process.exit(options['if-possible'] ? 0 : 2);
}

function say(line) {
  console.log(line);
}
