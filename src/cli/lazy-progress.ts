/** A progress display that starts with the first figures, when the total is known. */
import { type Progress, type ProgressOptions, startProgress } from './progress.js';

export interface LazyProgress {
  /** @param after as that of {@link ProgressOptions}. */
  update(done: number, all: number, after?: number): void;
  /** Takes it away; the next figures start another. */
  stop(): void;
}

export function lazyProgress(options: Pick<ProgressOptions, 'label' | 'unit' | 'quiet'>): LazyProgress {
  let progress: Progress | undefined;
  return {
    update(done, all, after = 0) {
      progress ??= startProgress({ ...options, total: all, start: done, after });
      progress.update(done);
    },
    stop() {
      progress?.stop();
      progress = undefined;
    },
  };
}
