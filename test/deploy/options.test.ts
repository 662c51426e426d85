/** What the files in deploy/ tell jet-iqn to do, it knows: no option there is one that the command line has not. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { mergeCommand } from '../../src/cli/commands/merge.js';
import { sampleCommand } from '../../src/cli/commands/sample.js';
import { studyCommand } from '../../src/cli/commands/study.js';

const deploy = fileURLToPath(new URL('../../../deploy', import.meta.url));
const shards = [studyCommand(), sampleCommand()];
const merge = [mergeCommand()];

/** Each file that calls jet-iqn, and the commands that its arguments must suit. */
const CALLS: [string, Command[]][] = [
  ['slurm/shard.sbatch', shards],
  ['slurm/merge.sbatch', merge],
  ['htcondor/shards.sub', shards],
  ['htcondor/merge.sub', merge],
  ['kubernetes/shards.yaml', shards],
  ['kubernetes/merge.yaml', merge],
];

/** The options in a file's call of jet-iqn: from the command's name to the end of its arguments. */
function optionsOf(file: string): string[] {
  const text = readFileSync(join(deploy, file), 'utf8').replace(/^\s*#.*$/gm, '');
  return [...text.matchAll(/(?<=[\s'])--([a-z-]+)/g)].map(([option]) => option);
}

describe.each(CALLS)('%s', (file, commands) => {
  const used = optionsOf(file);

  test('calls jet-iqn with options', () => {
    expect(used).toContain('--output');
    expect(used).toContain('--quiet');
  });

  test.each(commands)('uses none that $_name does not have', (command) => {
    const known = command.options.map(({ long }) => long);
    expect(used.filter((option) => !known.includes(option))).toEqual([]);
  });
});

describe('the shards', () => {
  test.each(CALLS.filter(([, commands]) => commands === shards))('of %s can be taken up again', (file) => {
    expect(optionsOf(file)).toContain('--resume');
  });
});

test('every file that calls jet-iqn is looked at', () => {
  const files = readdirSync(deploy, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(deploy, file)).isFile(),
  );
  const calling = files.filter(
    (file) =>
      /\.(sbatch|sub|yaml)$/.test(file) && /jet[-_]iqn/i.test(readFileSync(join(deploy, file), 'utf8')),
  );
  const settings = ['htcondor/settings.sub', 'kubernetes/storage.yaml'];
  expect(calling.filter((file) => !settings.includes(file)).sort()).toEqual(
    CALLS.map(([file]) => file).sort(),
  );
});
