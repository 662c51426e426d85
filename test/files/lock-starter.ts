/** A process that tries to take a folder's lock at the moment that it is told, and gives it back when told. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockFolder } from '../../src/files/lock.js';

export interface Order {
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Whether to give it back at once, after a look whether another has it too. */
  readonly briefly: boolean;
}

let unlock: (() => void) | undefined;

process.on('message', (order: Order | 'release') => {
  if (order === 'release') {
    unlock?.();
    unlock = undefined;
    process.send!('released');
    return;
  }
  while (performance.timeOrigin + performance.now() < order.at);
  try {
    unlock = lockFolder(order.folder);
  } catch (error) {
    process.send!(`refused: ${(error as Error).message}`);
    return;
  }
  if (order.briefly) {
    // Fails where somebody else is between these two lines.
    const inside = join(order.folder, 'inside');
    try {
      writeFileSync(inside, '', { flag: 'wx' });
      rmSync(inside);
    } catch (error) {
      process.send!(`two at once: ${(error as Error).message}`);
      return;
    }
    unlock();
    unlock = undefined;
  }
  process.send!('taken');
});
