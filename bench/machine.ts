/** What the figures of a run are of: speeds belong to a machine. */
import { cpus } from 'node:os';

/** @example machine() // '2 × AMD EPYC' */
export function machine(): string {
  const cores = cpus();
  return `${cores.length} × ${cores[0]?.model ?? process.arch}`;
}
