import { describe, expect, test } from '@jest/globals';
import { type Bench, type Contestant, figure, measure } from '../../bench/harness.js';
import type { Roofline } from '../../bench/roofline.js';

/** A machine of 1000 multiply-adds a second a core. */
const roofline: Roofline = {
  peak: async (threads) => 1000 * threads,
  async close() {},
};

/** A contestant whose clock is told, not read: each of its calls took as many seconds as the list says. */
function timed(name: string, work: number, seconds: number[], more: Partial<Contestant> = {}): Contestant {
  let call = 0;
  return { name, work, run: () => call++, check() {}, seconds: () => seconds[call - 1], ...more };
}

function bench(...contestants: Contestant[]): Bench {
  return {
    name: 'sums',
    title: 'Sums',
    unit: 'numbers',
    reference: 'plain',
    async prepare() {
      return { contestants };
    },
  };
}

/** Turns of one call: any time is longer than none. */
const options = { rounds: 3, secondsPerTurn: 0, quick: false, roofline };

describe('measure', () => {
  test('takes the ratio round by round, and medians over the rounds after the first', async () => {
    const { contestants } = await measure(
      bench(timed('plain', 12, [9, 1, 2, 3]), timed('ours', 12, [9, 0.5, 4, 1])),
      options,
    );
    expect(contestants[0].perSecond).toEqual({ median: 6, spread: 1.4826 * 2 });
    expect(contestants[0].ratio).toEqual({ median: 1, spread: 0 });
    expect(contestants[1].perSecond.median).toBe(12);
    // 1 / 0.5, 2 / 4, 3 / 1
    expect(contestants[1].ratio).toEqual({ median: 2, spread: 1.4826 });
  });

  test('counts the work, not the calls', async () => {
    const { contestants } = await measure(
      bench(timed('plain', 10, [1, 1, 1, 1]), timed('ours', 30, [2, 2, 2, 2])),
      options,
    );
    expect(contestants[1].perSecond.median).toBe(15);
    expect(contestants[1].ratio.median).toBe(1.5);
  });

  test('takes turns there and back', async () => {
    const turns: string[] = [];
    const contestants = [timed('plain', 1, [1, 1, 1, 1]), timed('ours', 1, [1, 1, 1, 1])];
    await measure(bench(...contestants), {
      ...options,
      onTurn: ({ round, contestant }) => turns.push(`${round} ${contestant}`),
    });
    expect(turns).toEqual([
      '0 plain',
      '0 ours',
      '1 ours',
      '1 plain',
      '2 plain',
      '2 ours',
      '3 ours',
      '3 plain',
    ]);
  });

  test('gives the share of the roofline of as many cores as a contestant may use', async () => {
    const { contestants, peaks } = await measure(
      bench(
        timed('plain', 100, [1, 1, 1, 1], { multiplications: 5 }),
        timed('ours', 150, [1, 1, 1, 1], { multiplications: 5, threads: 2 }),
      ),
      options,
    );
    expect(contestants.map(({ roofline }) => roofline!.median)).toEqual([0.5, 0.375]);
    expect(peaks[2]).toEqual({ median: 2000, spread: 0 });
  });

  test('measures real time where nothing else is said', async () => {
    const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    const { contestants } = await measure(
      bench(
        { name: 'plain', work: 1, run: () => wait(20), check() {} },
        { name: 'ours', work: 1, run: () => wait(1), check: () => wait(20) as Promise<void> },
      ),
      options,
    );
    // A timer is never early by more than a millisecond. The check's 20 ms do not count.
    expect(contestants[0].perSecond.median).toBeLessThan(1 / 0.019);
    expect(contestants[1].perSecond.median).toBeGreaterThan(contestants[0].perSecond.median);
  });

  test('fails where a result is wrong, and frees what was prepared', async () => {
    let closed = false;
    const wrong = timed('plain', 1, [1], {
      check() {
        throw new Error('1 + 1 is not 3');
      },
    });
    const broken: Bench = {
      ...bench(),
      async prepare() {
        return {
          contestants: [wrong],
          async close() {
            closed = true;
          },
        };
      },
    };
    await expect(measure(broken, options)).rejects.toThrow('1 + 1 is not 3');
    expect(closed).toBe(true);
  });

  test('refuses a reference that does not compete, and two of one name', async () => {
    await expect(measure(bench(timed('ours', 1, [1])), options)).rejects.toThrow('no contestant plain');
    await expect(measure(bench(timed('plain', 1, [1]), timed('plain', 1, [1])), options)).rejects.toThrow(
      'two contestants of one name',
    );
  });
});

describe('figure', () => {
  test('is the median, and 1.4826 times the median absolute deviation', () => {
    expect(figure([1, 2, 3, 4, 100])).toEqual({ median: 3, spread: 1.4826 });
  });

  test('gives the standard deviation of normal quantiles', () => {
    // The 0.25, 0.5 and 0.75 quantiles of the standard normal distribution, and two far tails.
    const { spread } = figure([-3, -0.6744898, 0, 0.6744898, 3]);
    expect(spread).toBeCloseTo(1, 4);
  });
});
