/** A small file system of its own for a child, to be filled, made read-only and enlarged: a tmpfs in a namespace. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { StartOptions } from './start-child.js';

export interface Tmpfs {
  /** For a child that is to find the file system at its path. */
  readonly start: StartOptions;
  /** The path as this process sees it. */
  readonly seen: string;
  /** Changes its options: `size=64m`, `ro`, `rw`. */
  remount(options: string): void;
  /** The file system is gone then. */
  close(): void;
}

// Neither /etc/mtab nor a helper: an ordinary user's namespace has no use of them.
const MOUNT = ['mount', '-i', '-n', '-t', 'tmpfs', '-o'];
const UNSHARE = ['--user', '--map-root-user', '--mount'];
/** Whether this process may have one; containers and some systems forbid it. */
export const canMount = spawnSync('unshare', [...UNSHARE, 'true']).status === 0;

/** @param path of an empty folder. */
export async function mountTmpfs(path: string, options: string): Promise<Tmpfs> {
  // The namespace lives as long as a process in it; cat ends with its standard input, also where this process is killed.
  const script = '"$@" && echo mounted && exec cat';
  const holder = spawn('unshare', [...UNSHARE, 'sh', '-c', script, 'sh', ...MOUNT, options, 'tmpfs', path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [said] = await Promise.race([once(holder.stdout, 'data'), once(holder, 'close')]);
  if (String(said) !== 'mounted\n') throw new Error(`no tmpfs at ${path}: ${said}`);
  const within = ['nsenter', `--target=${holder.pid}`, '--user', '--mount', '--preserve-credentials'];
  return {
    start: { within },
    seen: `/proc/${holder.pid}/root${path}`,
    remount(changed) {
      const [command, ...args] = [...within, ...MOUNT, `remount,${changed}`, 'tmpfs', path];
      const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`cannot remount ${path} ${changed}: ${stderr}`);
    },
    close: () => holder.stdin.end(),
  };
}
