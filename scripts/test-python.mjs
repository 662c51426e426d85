// `npm run test:python`: a virtual environment with what test/python/requirements.txt names and the package of python/, then
// its tests. The environment is kept below node_modules/.cache and made again where the list changed. With --analysis also
// coffea, dask and ROOT, without which their tests are skipped and say so; further arguments go to pytest.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tests = join(root, 'test', 'python');
const folder = join(root, 'node_modules', '.cache', 'test-python');
const python = join(folder, 'bin', 'python');
const pip = ['-m', 'pip', 'install', '--quiet'];
const own = process.argv.slice(2).filter((argument) => argument !== '--analysis');

if (spawnSync('python3', ['--version']).status !== 0) {
  console.error('npm run test:python needs Python 3.11 or newer as python3.');
  process.exit(2);
}
install('requirements.txt', {
  before() {
    mkdirSync(folder, { recursive: true });
    run('python3', ['-m', 'venv', '--clear', folder]);
  },
});
if (own.length < process.argv.length - 2) install('requirements-analysis.txt');
else
  console.log(
    'Of coffea, dask and ROOT: what was installed before; npm run test:python -- --analysis installs them.',
  );
// Pythia and FastJet have no wheels for some machines: what makes jets is then not tested, and says so.
install(join('..', '..', 'examples', 'jets', 'requirements.txt'), {
  options: ['--only-binary', 'pythia8mc,fastjet'],
  or: () => console.log('The packages of examples/jets cannot be installed here.'),
});
run(python, [...pip, '--no-deps', '--no-build-isolation', '--force-reinstall', join(root, 'python')]);
// The example in C++ is compiled where its headers can be had; the script says why not.
const headers = spawnSync('bash', [join(root, 'scripts', 'onnxruntime-headers.sh')], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
run(python, ['-m', 'pytest', '-q', '-rs', '-p', 'no:cacheprovider', tests, ...own], {
  ORT_DISABLE_TELEMETRY: '1',
  JET_IQN_CLI: join(root, 'dist', 'src', 'cli', 'main.js'),
  ...(headers.status === 0 && { ONNXRUNTIME_INCLUDE: headers.stdout.trim() }),
});

/** Installs a list of packages, unless the very list was installed before; `or` is called where that fails. */
function install(list, { before = () => {}, options = [], or = () => process.exit(1) } = {}) {
  const stamp = join(folder, `installed-from-${list.replaceAll(/[\\/.]+/g, '-')}`);
  const wanted = createHash('sha256')
    .update(readFileSync(join(tests, list)))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  before();
  const pipped = spawnSync(python, [...pip, ...options, '-r', join(tests, list)], {
    cwd: root,
    stdio: 'inherit',
  });
  if (pipped.status === 0) writeFileSync(stamp, wanted);
  else or();
}

function run(command, args, environment = {}) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  if (status !== 0) process.exit(status ?? 1);
}
