/**
 * The learning rate, and beta1 of the optimiser, against the share of the run that is done.
 *
 * one-cycle: Smith, Topin, "Super-convergence", arXiv:1708.07120, with the numbers of PyTorch's OneCycleLR: from 1/25
 *   of the rate up to the rate in the first tenth, then down to 4e-6 of it, both along a cosine; beta1 the other way,
 *   0.95 → 0.85 → 0.95.
 * cosine: linear warm-up over the first twentieth, then a cosine down to 0; beta1 = 0.9.
 * paper: four equal cycles at 1, 1/10, 1/100 and 1/1000 of the rate; beta1 = 0.9.
 */
export const SCHEDULES = ['one-cycle', 'cosine', 'paper'] as const;
export type Schedule = (typeof SCHEDULES)[number];

/** @param done share of the run, in [0, 1]. @param peak the largest rate. */
export function scheduled(schedule: Schedule, done: number, peak: number): { rate: number; beta1: number } {
  switch (schedule) {
    case 'one-cycle': {
      const rising = done < 0.1;
      const along = rising ? done / 0.1 : (done - 0.1) / 0.9;
      const edge = rising ? 1 / 25 : 1 / 25e4;
      const share = rising ? cosine(edge, 1, along) : cosine(1, edge, along);
      return { rate: peak * share, beta1: rising ? cosine(0.95, 0.85, along) : cosine(0.85, 0.95, along) };
    }
    case 'cosine':
      return { rate: peak * (done < 0.05 ? done / 0.05 : cosine(1, 0, (done - 0.05) / 0.95)), beta1: 0.9 };
    case 'paper':
      return { rate: peak / 10 ** Math.min(3, Math.floor(4 * done)), beta1: 0.9 };
  }
}

/** Half a cosine wave from `start` to `end`, `along` in [0, 1]. */
function cosine(start: number, end: number, along: number): number {
  return end + ((start - end) * (1 + Math.cos(Math.PI * Math.min(1, along)))) / 2;
}
