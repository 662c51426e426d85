/** Means of the loss over some steps, and their speed. */
import type { Loss } from './loss.js';

export interface LossMeans {
  add(figures: Loss & { readonly rate: number }): void;
  /** Means since the last call, or since refining began, and starts anew. @param batch rows of a step. */
  take(batch: number): Loss & { readonly rate: number; readonly rowsPerSecond: number };
}

export function lossMeans(): LossMeans {
  let sums = { pinball: 0, likelihood: 0, penalty: 0, crossings: 0 };
  let refining = false;
  let rate = 0;
  let count = 0;
  let since = performance.now();
  const start = () => {
    sums = { pinball: 0, likelihood: 0, penalty: 0, crossings: 0 };
    count = 0;
    since = performance.now();
  };
  return {
    add(figures) {
      if (refining !== (figures.likelihood !== null)) start();
      refining = figures.likelihood !== null;
      sums.pinball += figures.pinball ?? 0;
      sums.likelihood += figures.likelihood ?? 0;
      sums.penalty += figures.penalty;
      sums.crossings += figures.crossings;
      rate = figures.rate;
      count++;
    },
    take(batch) {
      const now = performance.now();
      const figures = {
        pinball: refining ? null : sums.pinball / count,
        likelihood: refining ? sums.likelihood / count : null,
        penalty: sums.penalty / count,
        crossings: sums.crossings / count,
        rate,
        rowsPerSecond: (1000 * count * batch) / (now - since),
      };
      start();
      return figures;
    },
  };
}
