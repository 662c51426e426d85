// `npm run test:python`: a virtual environment with what test/python/requirements.txt names, then its tests. The
// environment is kept below node_modules/.cache and made anew where the list changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tests = join(root, 'test', 'python');
const folder = join(root, 'node_modules', '.cache', 'test-python');
const stamp = join(folder, 'installed-from');
const python = join(folder, 'bin', 'python');
const pip = ['-m', 'pip', 'install', '--quiet'];
const wanted = createHash('sha256')
  .update(readFileSync(join(tests, 'requirements.txt')))
  .digest('hex');

if (spawnSync('python3', ['--version']).status !== 0) {
  console.error('npm run test:python needs Python 3.11 or newer as python3.');
  process.exit(2);
}
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  mkdirSync(folder, { recursive: true });
  run('python3', ['-m', 'venv', '--clear', folder]);
  run(python, [...pip, '-r', join(tests, 'requirements.txt')]);
  writeFileSync(stamp, wanted);
}
run(python, [...pip, '--no-deps', '--no-build-isolation', '--force-reinstall', join(root, 'python')]);
// The example in C++ is compiled where its headers can be had; the script says why not.
const headers = spawnSync('bash', [join(root, 'scripts', 'onnxruntime-headers.sh')], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
run(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', tests, ...process.argv.slice(2)], {
  ORT_DISABLE_TELEMETRY: '1',
  JET_IQN_CLI: join(root, 'dist', 'src', 'cli', 'main.js'),
  ...(headers.status === 0 && { ONNXRUNTIME_INCLUDE: headers.stdout.trim() }),
});

function run(command, args, environment = {}) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  if (status !== 0) process.exit(status ?? 1);
}
