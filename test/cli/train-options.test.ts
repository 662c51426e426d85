import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { commandLine } from '../../src/cli/train-options.js';

test('paths of the machine do not appear', () => {
  const line = commandLine(
    ['train', '/data/me/jets.parquet', '-o', '/home/me/work/runs/a', '--weight=/home/me/w', '../../b/c.csv'],
    '/home/me/work',
  );
  expect(line).toBe('jet-iqn train jets.parquet -o runs/a --weight=w c.csv');
});

test('the working folder itself is its name', () => {
  expect(commandLine(['info', '/home/me/work'], '/home/me/work')).toBe('jet-iqn info work');
});

test('numbers, relative paths and options stay as they are', () => {
  const args = ['train', 'a/b.parquet', '--lambda', '0.1', '--trunk', '64,64', '--resume', './c'];
  expect(commandLine(args)).toBe(`jet-iqn ${args.join(' ')}`);
});

test('a shell reads the same arguments', () => {
  const args = ['--description', 'Pythia\'s jets, 2→2 $HOME `ls` "x"', '', 'a*b'];
  const read = execFileSync('/bin/sh', ['-c', `${commandLine(args).replace('jet-iqn', 'printf "%s|"')}`]);
  expect(read.toString()).toBe(`${args.join('|')}|`);
});
