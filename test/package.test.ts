/** The packed tarball, unpacked into a project of its own: what users get, not what lies in the tree. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROJECT_ROOT } from './project-root.js';

let project: string;
let files: string[];

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'jet-iqn-package-'));
  const packed = run('npm', ['pack', PROJECT_ROOT, '--json', '--ignore-scripts', '--loglevel=error']);
  const [{ filename, files: entries }] = JSON.parse(packed) as [
    { filename: string; files: { path: string }[] },
  ];
  files = entries.map(({ path }) => path);
  const modules = join(project, 'node_modules', 'jet-iqn');
  mkdirSync(modules, { recursive: true });
  run('tar', ['-xzf', filename, '-C', modules, '--strip-components=1']);
  // Its dependencies are those installed here: what the registry would bring, without asking it.
  symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(modules, 'node_modules'));
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, {
    cwd: project,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    // npm needs a folder that it may write to, which the home need not be.
    env: { ...process.env, npm_config_cache: join(project, 'npm-cache') },
  });
}

test('code, models, licence and README are in it; tests, benches and sources are not', () => {
  for (const path of [
    'LICENSE',
    'README.md',
    'dist/src/index.js',
    'dist/src/index.d.ts',
    'dist/src/cli/main.js',
  ]) {
    expect(files).toContain(path);
  }
  // A user's own bundles lie there too.
  const bundles = files.flatMap((path) => /^models\/(.+)\/model\.json$/.exec(path)?.[1] ?? []);
  expect(bundles.sort()).toEqual([
    ...['correction', 'correction-fast', 'correction-paper'],
    ...['simulation', 'simulation-fast', 'simulation-paper'],
  ]);
  expect(files).toContain('models/jets-sample.parquet');
  expect(files.filter((path) => /^(dist\/)?(test|bench)\//.test(path) || /(?<!\.d)\.ts$/.test(path))).toEqual(
    [],
  );
});

test('the library studies a model', () => {
  writeFileSync(
    join(project, 'study.js'),
    `import { firstJets, loadBundle, readJets, study } from 'jet-iqn';
     const models = 'node_modules/jet-iqn/models';
     const bundle = await loadBundle(\`\${models}/simulation\`);
     const jets = firstJets(await readJets(\`\${models}/jets-sample.parquet\`), 30);
     const report = await study(bundle, jets, { samples: 20 });
     console.log(JSON.stringify([report.task, report.jets, report.predictions]));`,
  );
  expect(JSON.parse(run(process.execPath, ['study.js']))).toEqual(['simulation', 30, 600]);
});

test('the command line answers', () => {
  const main = join(project, 'node_modules', 'jet-iqn', 'dist', 'src', 'cli', 'main.js');
  const card = JSON.parse(
    run(process.execPath, [main, 'info', '--json', 'node_modules/jet-iqn/models/correction']),
  );
  expect(card.task).toBe('correction');
});
