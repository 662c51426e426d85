import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { availableThreads, quotaCores } from '../../src/sampling/available-threads.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-cgroup-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each([
  ['200000 100000\n', 2],
  ['150000 100000\n', 2],
  ['1000 100000', 1],
  ['250000\n 50000\n', 5],
  ['max 100000\n', Number.POSITIVE_INFINITY],
  ['-1\n 100000\n', Number.POSITIVE_INFINITY],
  [' ', Number.POSITIVE_INFINITY],
  ['100000 0', Number.POSITIVE_INFINITY],
])('a quota of %j is %d cores', (text, cores) => {
  expect(quotaCores(text)).toBe(cores);
});

test.each<[string, Record<string, string>, number]>([
  [
    'version 2 in a container',
    { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '200000 100000\n' },
    2,
  ],
  [
    'version 2, the group above allows less',
    {
      'proc/self/cgroup': '0::/jobs/7\n',
      'sys/fs/cgroup/jobs/7/cpu.max': 'max 100000\n',
      'sys/fs/cgroup/jobs/cpu.max': '250000 100000\n',
    },
    3,
  ],
  [
    'version 1 whose path is outside the container',
    {
      'proc/self/cgroup': '4:cpu,cpuacct:/docker/1f\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '400000\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    },
    4,
  ],
  [
    'a quota above the cores',
    { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '9900000 100000\n' },
    64,
  ],
  [
    'version 1, whose other controllers do not count',
    {
      'proc/self/cgroup': '5:memory:/a\n4:cpu,cpuacct:/a/b\n3:cpuset:/a\n',
      'sys/fs/cgroup/memory/a/cpu.max': '100000 100000\n',
      'sys/fs/cgroup/cpu/a/cpu.cfs_quota_us': '300000\n',
      'sys/fs/cgroup/cpu/a/cpu.cfs_period_us': '100000\n',
    },
    3,
  ],
  ['no control groups', {}, 64],
  [
    'a limit of virtual memory, half of which they take',
    {
      'proc/self/limits': 'Max address space         5000000000           unlimited            bytes\n',
      'proc/self/status': 'VmPeak:\t 2000000 kB\nVmSize:\t 1000000 kB\n',
    },
    // (5 GB − 1.024 GB − 0.4 GB) / 0.16 GB is 22.
    11,
  ],
])('threads of 64 cores: %s', (name, files, threads) => {
  const machine = join(root, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(machine, path)), { recursive: true });
    writeFileSync(join(machine, path), text);
  }
  expect(availableThreads(machine, 64)).toBe(threads);
});
