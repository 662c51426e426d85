// Makes @tensorflow/tfjs-node work where its own install step cannot download libtensorflow: `npm run setup:tfjs`.
//
// Takes libtensorflow and its C headers out of the tensorflow-cpu wheel on PyPI and compiles the package's Node-API
// binding against them. What was downloaded stays in the user's cache folder, so that the next clone on the same
// machine only compiles. Needs Linux on x86-64 with python3, pip and g++, and reaches only npm's and pip's registries.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TFJS_VERSION = '4.22.0';
// The last series whose wheel has both libraries and whose C API the binding of 4.22 compiles against.
const TENSORFLOW_VERSION = '2.15.1';
const NODE_API_HEADERS_VERSION = '1.9.0';
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

// Python: unpacks a wheel's C headers and the libraries named.
const UNPACK = `
import sys, zipfile
wheel, folder, *libraries = sys.argv[1:]
wanted = ('tensorflow/include/tensorflow/', 'tensorflow/include/tsl/', *('tensorflow/' + name for name in libraries))
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(folder, [name for name in archive.namelist() if name.startswith(wanted)])
`;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const tfjsNode = join(root, 'node_modules', '@tensorflow', 'tfjs-node');
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'jet-iqn');

if (works()) done('was already set up');
if (process.platform !== 'linux' || process.arch !== 'x64') {
  fail(
    `this script knows only Linux on x86-64, not ${process.platform} on ${process.arch}; ` +
      `try the package's own install: npm rebuild @tensorflow/tfjs-node`,
  );
}
need('python3', ['--version'], 'Python 3');
need('python3', ['-m', 'pip', '--version'], "Python's pip");
need('g++', ['--version'], 'a C++ compiler');

if (!existsSync(join(tfjsNode, 'binding', 'tfjs_binding.cc'))) installPackage();
const tensorflow = unpackedTensorflow();
linkLibraries(tensorflow);
compileBinding(tensorflow);
if (!works()) fail(`the binding was built but does not load: ${loadError()}`);
done(`was built against libtensorflow ${TENSORFLOW_VERSION}`);

/** True where a fresh Node process loads tfjs-node and multiplies with it. */
function works() {
  return existsSync(tfjsNode) && load().status === 0;
}

function loadError() {
  const lines = load().stderr.split('\n');
  return lines.find((line) => /Error/.test(line)) ?? lines[0];
}

function load() {
  // Node 23 took away the two functions of util that tfjs-node calls.
  const program = `
    const util = require('node:util');
    util.isNullOrUndefined ??= (value) => value === null || value === undefined;
    util.isArray ??= Array.isArray;
    const tf = require('@tensorflow/tfjs-node');
    if (tf.getBackend() !== 'tensorflow') throw new Error('the backend is ' + tf.getBackend());
    if (tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync()[3] !== 2) throw new Error('1 + 1 is not 2');`;
  return spawnSync(process.execPath, ['-e', program], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  });
}

/** npm leaves an optional dependency out where its install step fails; this takes it without that step. */
function installPackage() {
  say(`Installing @tensorflow/tfjs-node ${TFJS_VERSION} …`);
  run('npm', [
    'install',
    '--no-save',
    '--ignore-scripts',
    '--loglevel=error',
    `@tensorflow/tfjs-node@${TFJS_VERSION}`,
  ]);
}

/** The folder in the cache with the wheel's libraries and headers, downloaded where it is not yet there. */
function unpackedTensorflow() {
  const folder = join(cache, `tensorflow-cpu-${TENSORFLOW_VERSION}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'unpacking-'));
  process.on('exit', () => rmSync(work, { recursive: true, force: true }));
  say(`Downloading the tensorflow-cpu ${TENSORFLOW_VERSION} wheel (210 MB) …`);
  run('python3', [
    ...['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--dest', work],
    ...['--only-binary', ':all:', '--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'],
    ...['--platform', 'manylinux2014_x86_64', `tensorflow-cpu==${TENSORFLOW_VERSION}`],
  ]);
  const wheel = readdirSync(work).find((name) => name.endsWith('.whl'));
  if (!wheel) fail('pip downloaded no wheel');
  run('python3', ['-c', UNPACK, join(work, wheel), join(work, 'unpacked'), ...LIBRARIES]);
  // The rename is the last act, so that a folder of this name is always whole; another process may have been first.
  try {
    renameSync(join(work, 'unpacked', 'tensorflow'), folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** The libraries where the binding looks for them: hard links if the cache is on the same disk, else copies. */
function linkLibraries(from) {
  const folder = join(tfjsNode, 'deps', 'lib');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of LIBRARIES) {
    try {
      linkSync(join(from, name), join(folder, name));
    } catch {
      copyFileSync(join(from, name), join(folder, name));
    }
  }
  // tfjs-node's package.json and its loader ask for the first name, the linker for the others.
  symlinkSync(LIBRARIES[0], join(folder, 'libtensorflow.so'));
  symlinkSync(LIBRARIES[1], join(folder, 'libtensorflow_framework.so'));
}

function compileBinding(tensorflow) {
  say('Compiling the binding …');
  const output = join(tfjsNode, 'lib', 'napi-v8');
  const libraries = join(tfjsNode, 'deps', 'lib');
  const binding = join(output, 'tfjs_binding.node');
  mkdirSync(output, { recursive: true });
  if (existsSync(binding)) unlinkSync(binding);
  run('g++', [
    ...['-O2', '-std=c++17', '-fPIC', '-shared', '-pthread', '-w', '-DNAPI_VERSION=8'],
    ...['-DBUILDING_NODE_EXTENSION', '-DNODE_GYP_MODULE_NAME=tfjs_binding'],
    ...['-I', nodeApiHeaders(), '-I', tfjsNode, '-I', join(tensorflow, 'include')],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(tfjsNode, 'binding', name)),
    ...['-L', libraries, '-ltensorflow', '-ltensorflow_framework'],
    ...['-Wl,-rpath,$ORIGIN/../../deps/lib', '-o', binding],
  ]);
}

/** The folder with node_api.h: this Node's own, else that of the npm package with the same headers. */
function nodeApiHeaders() {
  const own = join(dirname(process.execPath), '..', 'include', 'node');
  if (existsSync(join(own, 'node_api.h'))) return own;
  const folder = join(cache, `node-api-headers-${NODE_API_HEADERS_VERSION}`);
  const headers = join(folder, 'node_modules', 'node-api-headers', 'include');
  if (!existsSync(join(headers, 'node_api.h'))) {
    mkdirSync(folder, { recursive: true });
    run('npm', [
      ...['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--loglevel=error'],
      `node-api-headers@${NODE_API_HEADERS_VERSION}`,
    ]);
  }
  return headers;
}

function need(command, args, what) {
  if (spawnSync(command, args).status !== 0) {
    fail(`${[command, ...args.slice(0, -1)].join(' ')} does not run; install ${what} first`);
  }
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return;
  if (stdout || stderr) process.stderr.write(`${stdout}${stderr}`);
  fail(`${command} failed${error ? `: ${error.message}` : ` with exit code ${status}`}`);
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function done(how) {
  say(`@tensorflow/tfjs-node ${how}: training runs on TensorFlow's own kernels.`);
  process.exit(0);
}

function fail(line) {
  say(`setup:tfjs: ${line}`);
  process.exit(2);
}
