import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const main = fileURLToPath(new URL('../../bench/main.js', import.meta.url));

function bench(...options: string[]) {
  return spawnSync(process.execPath, [main, ...options], { encoding: 'utf8' });
}

describe('npm run bench', () => {
  test('finds the modules that export a bench, each name once', () => {
    const { status, stdout } = bench('--list');
    const names = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(status).toBe(0);
    expect(names).toContain('graph');
    expect(new Set(names).size).toBe(names.length);
  });

  test('refuses a bench that is not there, and names those that are', () => {
    const { status, stderr } = bench('graphs');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^bench: there is no bench graphs; there are .*graph/);
  });

  test('refuses a rough baseline', () => {
    const { status, stderr } = bench('--quick', '--update-baseline');
    expect(status).toBe(2);
    expect(stderr).toContain('too rough for a baseline');
  });
});
