/** A limit of virtual memory, as batch systems set it (ulimit -v): what starts no more is refused before work is lost. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunError } from '../errors.js';

/** Bytes that V8 sets aside for a memory of WebAssembly, used or not: 8 GiB, and 2 GiB that guard them. */
const WASM_BYTES = 10.7e9;

/**
 * Bytes of addresses that the process may still take; Infinity where nothing is limited, or nothing is said.
 *
 * @param root where /proc is.
 */
export function addressRoom(root = '/'): number {
  const figure = (file: string, pattern: RegExp): number => {
    try {
      return Number(pattern.exec(readFileSync(join(root, 'proc/self', file), 'utf8'))?.[1]);
    } catch {
      return Number.NaN;
    }
  };
  const room =
    figure('limits', /^Max address space\s+(\d+)/m) - 1024 * figure('status', /^VmSize:\s+(\d+) kB/m);
  return Number.isNaN(room) ? Number.POSITIVE_INFINITY : room;
}

/** @throws RunError where so many threads cannot pack zstd, which each does with WebAssembly. */
export function checkRoomForZstd(threads: number): void {
  if (addressRoom() < threads * WASM_BYTES)
    throw new RunError(
      `zstd is packed by WebAssembly, which does not start here in ${threads} threads: raise the limit of virtual memory (ulimit -v), or write Arrow or CSV`,
    );
}
