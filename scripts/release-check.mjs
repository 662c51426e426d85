// `npm run release:check`: what a release needs beside its tests. Says each finding in a line; ends with 1 where there
// is one. What a registry does not answer is said and is no finding: it has to be asked elsewhere.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = (name) => readFileSync(join(root, name), 'utf8');
const { version, repository } = JSON.parse(text('package.json'));
const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-release-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

let findings = 0;
const check = (holds, done, finding) => {
  if (!holds) findings++;
  console.log(holds ? `      ${done}` : `FINDS ${finding}`);
};
const run = (command, ...args) => spawnSync(command, args, { cwd: root, encoding: 'utf8' });
const bin = (name) => join(root, 'node_modules', '.bin', name);
const lastLine = (output) => output.trim().split('\n').at(-1) ?? '';

check(
  repository,
  'package.json names its repository',
  'package.json has no "repository": npm refuses provenance without it',
);
check(
  text('CHANGELOG.md').includes(`## ${version}\n`) && !text('CHANGELOG.md').includes('nreleased'),
  `CHANGELOG.md has ${version}`,
  `CHANGELOG.md has no section "## ${version}", or one that is unreleased`,
);
check(
  text('CITATION.cff').includes(`\nversion: ${version}\n`) && /^date-released: /m.test(text('CITATION.cff')),
  `CITATION.cff has ${version} and its date`,
  `CITATION.cff has another version than ${version}, or no date-released`,
);

const audit = run('npm', 'audit', '--omit=dev', '--json');
const counts = readJson(audit.stdout)?.metadata?.vulnerabilities;
if (counts)
  check(
    counts.total === 0,
    'npm audit finds nothing',
    `npm audit: ${counts.total} in what is installed along`,
  );
else console.log('----- npm audit: this registry does not answer; ask one that does');

const sbom = run('npm', 'sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev');
mkdirSync(join(root, 'out'), { recursive: true });
writeFileSync(join(root, 'out', 'sbom.json'), sbom.stdout);
const components = readJson(sbom.stdout)?.components;
check(components, `out/sbom.json: ${components?.length} packages`, `npm sbom: ${lastLine(sbom.stderr)}`);

const packing = run(
  'npm',
  'pack',
  '--json',
  '--ignore-scripts',
  '--loglevel=error',
  '--pack-destination',
  folder,
);
const [packed] = readJson(packing.stdout) ?? [];
check(
  packed,
  `${packed?.filename}: ${packed?.entryCount} files, ${packed?.size} bytes`,
  `npm pack: ${lastLine(packing.stderr)}`,
);
if (packed) {
  const tarball = join(folder, packed.filename);
  for (const [name, ...args] of [
    ['publint', '--strict', tarball],
    // A CommonJS program requires the ES modules themselves: Node does so from 20.19 and 22.12 on.
    ['attw', tarball, '--ignore-rules', 'cjs-resolves-to-esm', '--format', 'ascii'],
  ]) {
    const { status, stdout, stderr } = run(bin(name), ...args);
    check(status === 0, `${name} finds nothing`, `${name}:\n${stdout}${stderr}`);
  }
}
process.exitCode = findings > 0 ? 1 : 0;

function readJson(output) {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
