// `npm run test:package`: what `npm pack` makes, installed in an empty project and used there on Node 20, 22 and 24, as
// a module, by require, by the compiler and as a command. Node comes from the registry, as its platform's package: ends
// with 2 where that cannot be had.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSIONS = [20, 22, 24];
/** Seconds, with everything already in npm's cache: said, not enforced, since most of it is the disk's. */
const LONGEST_INSTALL = 20;
/** Bytes of the tarball, 3.3 MB of which are six bundles and the sample of jets. */
const LARGEST_PACKAGE = 6e6;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const project = mkdtempSync(join(tmpdir(), 'jet-iqn-package-'));
const npmCli = findNpm();
process.on('exit', () => rmSync(project, { recursive: true, force: true }));

const [packed] = JSON.parse(run('npm', ['pack', root, '--json', '--ignore-scripts', '--loglevel=error']));
console.log(
  `${packed.filename}: ${packed.size} bytes, unpacked ${packed.unpackedSize}, ${packed.entryCount} files`,
);
check(packed.size <= LARGEST_PACKAGE, `the tarball has more than ${LARGEST_PACKAGE} bytes`);

const bin = (name) => join(root, 'node_modules', '.bin', name);
const tarball = join(project, packed.filename);
run(bin('publint'), ['--strict', tarball]);
// A CommonJS program requires the ES modules themselves: Node does so from 20.19 and 22.12 on.
run(bin('attw'), [tarball, '--ignore-rules', 'cjs-resolves-to-esm', '--format', 'ascii']);
console.log('publint and attw find nothing');

for (const version of VERSIONS) {
  const folder = join(project, `node-${version}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const node = installNode(version, join(project, `runtime-${version}`));
  npm(node, folder, [tarball]);
  use(node, folder);
  rmSync(join(folder, 'node_modules'), { recursive: true });
  rmSync(join(folder, 'package-lock.json'));
  const start = performance.now();
  npm(node, folder, [tarball, '--omit=optional']);
  const seconds = (performance.now() - start) / 1000;
  use(node, folder);
  const late = seconds > LONGEST_INSTALL ? ` (more than the ${LONGEST_INSTALL} s wanted)` : '';
  console.log(
    `${run(node, ['--version']).trim()}: works with and without optional packages; without, installed in ${seconds.toFixed(1)} s${late}`,
  );
}

/** The package's own promises, in a project that has nothing else. */
function use(node, folder) {
  const here = { cwd: folder };
  const models = join(folder, 'node_modules', 'jet-iqn', 'models');
  const answer = `
    const print = ({ philox4x32, loadBundle }) => loadBundle(${JSON.stringify(join(models, 'simulation'))})
      .then(({ card }) => console.log(typeof philox4x32, card.task));`;
  writeFileSync(join(folder, 'a.mjs'), `${answer} import * as all from 'jet-iqn'; print(all);`);
  writeFileSync(join(folder, 'b.cjs'), `${answer} print(require('jet-iqn'));`);
  for (const program of ['a.mjs', 'b.cjs'])
    check(run(node, [program], here) === 'function simulation\n', `${program} fails on ${node}`);

  writeFileSync(
    join(folder, 'types.mts'),
    `import { loadBundle, readJets, type Report, study } from 'jet-iqn';
     const report: Report = await study(await loadBundle('a'), await readJets('b'), { samples: 10 });
     export const p: number = report.variables.pt.closure.pValue;
     // @ts-expect-error: a number is not a text
     export const wrong: string = p;`,
  );
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2023', '--module', 'nodenext'];
  const types = ['--typeRoots', join(root, 'node_modules', '@types'), '--types', 'node'];
  run(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), ...options, ...types, 'types.mts'],
    here,
  );

  const cli = (...args) => run(node, ['node_modules/jet-iqn/dist/src/cli/main.js', ...args], here);
  const facts = JSON.parse(cli('info', '--json'));
  check(
    facts['jet-iqn'] === packed.version && 'native engine' in facts,
    'info says nothing of what is there',
  );
  const jets = join(models, 'jets-sample.parquet');
  const study = [
    join(models, 'simulation'),
    jets,
    '-o',
    'out',
    '--limit',
    '50',
    '--samples',
    '20',
    '--overwrite',
  ];
  const report = JSON.parse(cli('study', ...study, '--json', '--quiet'));
  check(report.predictions === 1000, 'study makes another number of predictions');
  check(existsSync(join(folder, 'out', 'report.html')), 'study writes no report');
}

/** A version of Node in a folder of its own. */
function installNode(version, folder) {
  const name = `node-${process.platform}-${process.arch}`;
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  try {
    const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
    const options = { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] };
    execFileSync(
      process.execPath,
      [npmCli, 'install', '--ignore-scripts', ...quiet, `${name}@${version}`],
      options,
    );
  } catch (error) {
    const [reason] = `${error.stderr}`.split('\n');
    console.error(`npm run test:package cannot get Node ${version} from the registry: ${reason}`);
    process.exit(2);
  }
  return join(folder, 'node_modules', name, 'bin', 'node');
}

/** Without install scripts: none is needed, and ONNX Runtime's would fetch CUDA files from a host of its own. */
function npm(node, cwd, packages) {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  run(node, [npmCli, 'install', '--ignore-scripts', ...quiet, ...packages], { cwd });
}

/** npm's own program, to run it on any Node. */
function findNpm() {
  if (process.env.npm_execpath?.endsWith('.js')) return process.env.npm_execpath;
  return join(run('npm', ['root', '--global']).trim(), 'npm', 'bin', 'npm-cli.js');
}

function run(command, args, { cwd = project } = {}) {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    console.error(`${command} ${args.join(' ')}\n${error.stdout ?? ''}${error.stderr ?? error.message}`);
    process.exit(1);
  }
}

function check(holds, problem) {
  if (holds) return;
  console.error(`test:package: ${problem}`);
  process.exit(1);
}
