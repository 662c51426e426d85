/** Reads the files it is sent, away from the test's process, so that a reader which hangs can be ended. */
import { existsSync, readFileSync } from 'node:fs';
import { InputError } from '../../src/errors.js';
import { readJets } from '../../src/files/read-jets.js';

/** How a reading ended: with jets, with the one-line refusal that is asked for, or with something worse. */
export type Outcome =
  | { readonly kind: 'read'; readonly rows: number }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

/** What to read, and as which user; without one as whoever runs the tests. */
export interface Request {
  readonly path: string;
  readonly user?: number;
}

process.on('message', async ({ path, user }: Request) => {
  // For good: what is sent to this process later is read by that user too.
  if (user !== undefined) process.seteuid!(user);
  process.send!({ ...(await outcomeOf(path)), peakBytes: peakBytes() });
});

async function outcomeOf(path: string): Promise<Outcome> {
  try {
    return { kind: 'read', rows: (await readJets(path)).rows };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof InputError && !message.includes('\n') && message.length < 2000) {
      return { kind: 'refused', message };
    }
    return { kind: 'failed', message: error instanceof Error ? (error.stack ?? message) : message };
  }
}

/** The most memory of this process. Linux counts in maxRSS what the parent had when it was forked, and in VmHWM not. */
function peakBytes(): number {
  const mark = /^VmHWM:\s+(\d+) kB$/m.exec(
    existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '',
  );
  return 1024 * (mark ? Number(mark[1]) : process.resourceUsage().maxRSS);
}
