/** Which process made a file, so that another one can tell whether it still runs. */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What the system does not tell is empty. */
export interface ProcessIdentity {
  readonly host: string;
  /** Of the installation: two machines, or containers, may have one host name. */
  readonly machine?: string;
  /** In which `pid` is counted: that of a container is another one. */
  readonly namespace?: string;
  readonly pid: number;
  /** Which start of the kernel, and when after it the process started: a number is given to another process one day. */
  readonly life: string;
}

export function thisProcess(): ProcessIdentity {
  return {
    host: hostname(),
    machine: quietly(() => readFileSync('/etc/machine-id', 'utf8').trim()),
    namespace: quietly(() => readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    life: lifeOf(process.pid),
  };
}

/** Whether a process runs, as far as one on this machine can know: `unknown` of another machine's or container's. */
export function stateOf({
  host,
  machine,
  namespace,
  pid,
  life,
}: ProcessIdentity): 'running' | 'gone' | 'unknown' {
  const me = thisProcess();
  if (host !== me.host || (namespace && namespace !== me.namespace)) return 'unknown';
  const isThisBoot = life.split(' ')[0] === me.life.split(' ')[0];
  // Another start of the kernel is this machine's earlier one, or another machine of the same name.
  if (!isThisBoot && machine !== undefined && (machine === '' || machine !== me.machine)) return 'unknown';
  return isRunning(pid, life) ? 'running' : 'gone';
}

/** @param life of the process that is meant; empty where unknown. */
export function isRunning(pid: number, life: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = lifeOf(pid);
  return life === '' || now === '' || life === now;
}

/** Eight letters for where numbers of processes mean the same: this start of the kernel, this container. */
export function placeOfProcesses(): string {
  const { host, namespace, life } = thisProcess();
  return createHash('sha256')
    .update(`${host} ${namespace} ${life.split(' ')[0]}`)
    .digest('hex')
    .slice(0, 8);
}

/** Linux: boot, and the process's start in ticks since then; independent of the wall clock. Empty where there is no such process. */
export function lifeOf(pid: number): string {
  return quietly(() => {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in parentheses, may hold spaces; the start time is the 20th field after it.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie: ended, and its parent has not asked how.
    return state === 'Z' ? 'ended' : `${boot} ${fields[18]}`;
  });
}

function quietly(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
