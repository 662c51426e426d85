/**
 * A limit of memory for a child, at which it is killed as a batch system's or a container's kills it: by the kernel, in
 * a control group, where this process may make one; else by a watcher here, with the same signal.
 */
import { appendFileSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ChildRun } from './run-child.js';
import { type Child, startChild } from './start-child.js';

/** Starts a run that has so many bytes. */
export function startWithin(
  bytes: number,
  run: ChildRun,
): Child & { readonly killedBy: 'kernel' | 'watcher' } {
  const group = makeGroup(bytes);
  if (!group) {
    const child = startChild(run);
    watch(child, bytes);
    return { ...child, killedBy: 'watcher' };
  }
  const enter = 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"';
  const child = startChild(run, { within: ['sh', '-c', enter, 'sh', group] });
  const ended = child.ended.finally(() => rmdirSync(group));
  return { ...child, ended, killedBy: 'kernel' };
}

/** A control group below this process's own, or beside it in version 2, which keeps processes in the leaves alone. */
function makeGroup(bytes: number): string | undefined {
  const own = readFileSync('/proc/self/cgroup', 'utf8');
  const name = `jet-iqn-test-${process.pid}-${performance.now()}`;
  const v1 = /^\d+:memory:(.*)$/m.exec(own)?.[1];
  const v2 = /^0::(.*)$/m.exec(own)?.[1];
  const candidates = [
    ...(v1 === undefined ? [] : [['/sys/fs/cgroup/memory', v1, 'memory.limit_in_bytes']]),
    ...(v2 === undefined ? [] : [['/sys/fs/cgroup', dirname(v2), 'memory.max']]),
  ];
  for (const [root, parent, limit] of candidates) {
    const group = join(root, parent, name);
    try {
      mkdirSync(group);
    } catch {
      continue;
    }
    try {
      writeFileSync(join(group, limit), String(bytes), { flag: 'r+' });
      // That this process may let others enter it, too.
      appendFileSync(join(group, 'cgroup.procs'), '');
      return group;
    } catch {
      rmdirSync(group);
    }
  }
  return undefined;
}

function watch({ process: child, ended }: Child, bytes: number): void {
  const timer = setInterval(() => {
    try {
      const [, kilobytes] =
        /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
      if (Number(kilobytes) * 1024 > bytes) child.kill('SIGKILL');
    } catch {
      // It has ended.
    }
  }, 20);
  void ended.finally(() => clearInterval(timer));
}
