/**
 * How many threads a run may use: Node counts the cores of the affinity mask, and not what the control group of a container
 * or a batch job is given of their time (cgroups(7); cpu.max of version 2, cpu.cfs_quota_us of version 1).
 */
import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join, posix } from 'node:path';
import { addressRoom } from '../files/address-room.js';

/** What a worker takes at most, measured with 1, 16 and 64 threads of `sample`: addresses, and memory [bytes]. */
const THREAD = { addresses: 160e6, memory: 64e6 } as const;
/** Addresses that the main thread takes beside these [bytes]. */
const MAIN_ADDRESSES = 400e6;

/**
 * Threads that limits of memory have room for: those of addresses (ulimit -v), beyond which V8 ends the process, and of
 * the control group, beyond which the system does.
 *
 * @param root where /proc is.
 */
export function threadsThatFit(root = '/'): number {
  const limit = process.constrainedMemory();
  const memory =
    limit > 0 && limit < totalmem() ? limit - process.memoryUsage.rss() : Number.POSITIVE_INFINITY;
  return Math.floor(
    Math.min((addressRoom(root) - MAIN_ADDRESSES) / THREAD.addresses, memory / THREAD.memory),
  );
}

/**
 * The cores of the affinity mask, or those of the control group's quota where that is less, or as many as fit into half of
 * the memory that there may be: the rest is for jets.
 *
 * @param root where /proc and /sys are.
 * @param cores of the affinity mask.
 */
export function availableThreads(root = '/', cores: number = availableParallelism()): number {
  const read = (path: string): string => {
    try {
      return readFileSync(join(root, path), 'utf8');
    } catch {
      return '';
    }
  };
  const quotas = groupsOf(read('proc/self/cgroup')).flatMap((folder) => [
    read(`${folder}/cpu.max`),
    `${read(`${folder}/cpu.cfs_quota_us`)} ${read(`${folder}/cpu.cfs_period_us`)}`,
  ]);
  const fit = Math.max(1, Math.floor(threadsThatFit(root) / 2));
  return Math.min(cores, fit, ...quotas.map(quotaCores));
}

/**
 * @param text microseconds of computing in so many microseconds of the clock: `150000 100000` is two cores.
 * @returns whole cores, at least 1; Infinity where nothing is limited (`max`, −1) or nothing is said.
 */
export function quotaCores(text: string): number {
  const [, quota, period] = /^\s*(\d+)\s+(\d+)\s*$/.exec(text) ?? [];
  return Number(period) > 0
    ? Math.max(1, Math.ceil(Number(quota) / Number(period)))
    : Number.POSITIVE_INFINITY;
}

/**
 * Folders of the control groups that share out the processor: the process's own and those above it, each of which may
 * limit it. In a container the file may name a path outside, whose folders are not there: the mount's root is its own.
 *
 * @param text of /proc/self/cgroup: `0::/job` (version 2) or `4:cpu,cpuacct:/job` (version 1) a line.
 */
function groupsOf(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [, number, controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    const unified = number === '0' && controllers === '';
    if (path === undefined || !(unified || controllers!.split(',').includes('cpu'))) return [];
    // Version 2 beside version 1 lies in a folder of its own, and shares out no processor.
    const mounts = unified ? ['sys/fs/cgroup'] : ['sys/fs/cgroup/cpu', `sys/fs/cgroup/${controllers}`];
    const above: string[] = [];
    for (let at = path; above.at(-1) !== '/'; at = posix.dirname(at)) above.push(at);
    return [...new Set(mounts)].flatMap((mount) => above.map((at) => posix.join(mount, at)));
  });
}
