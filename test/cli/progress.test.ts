import { describe, expect, test } from '@jest/globals';
import { createRate, duration, shortNumber, startProgress } from '../../src/cli/progress.js';

test.each([
  [0, '0'],
  [7, '7'],
  [999, '999'],
  [1000, '1.00k'],
  [999_900, '1.00M'],
  [1_234_567, '1.23M'],
  [2e7, '20.0M'],
  [1e9, '1.00G'],
  [2.71, '2.71'],
  [Number.NaN, '–'],
])('shortNumber(%p) is %p', (value, text) => {
  expect(shortNumber(value)).toBe(text);
});

test.each([
  [7, '7s'],
  [59.6, '1m00s'],
  [185, '3m05s'],
  [3720, '1h02m'],
  [Number.POSITIVE_INFINITY, '–'],
  [-1, '–'],
])('duration(%p) is %p', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

describe('createRate', () => {
  test('what was done before the start is not counted', () => {
    let clock = 0;
    const rate = createRate(1000, () => clock);
    clock = 2000;
    expect(rate(1500)).toBe(250);
  });
  test('follows a change of speed within its window of 30 s', () => {
    let clock = 0;
    let done = 0;
    let seen = 0;
    const rate = createRate(0, () => clock);
    for (; clock < 120_000; clock += 1000) {
      done += clock < 60_000 ? 100 : 300;
      seen = rate(done);
    }
    expect(seen).toBeCloseTo(300, 6);
  });
});

test('without a terminal there are lines, at the end always one', () => {
  const written: string[] = [];
  const stream = {
    isTTY: false,
    write: (text: string) => written.push(text),
  } as unknown as NodeJS.WriteStream;
  const progress = startProgress({ label: 'sampling', total: 100, unit: 'predictions', stream });
  progress.update(50);
  progress.update(100);
  progress.stop();
  expect(written).toHaveLength(1);
  expect(written[0]).toMatch(/^sampling 100% · 100\/100 predictions · /);
});
