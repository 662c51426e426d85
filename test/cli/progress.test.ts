import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { lazyProgress, startProgress } from '../../src/cli/progress.js';
import { heard } from './run-cli.js';

/** Seconds of "1h02m", "3m05s" or "7s". */
const secondsOf = (text: string) =>
  [...text.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * { h: 3600, m: 60, s: 1 }[unit as 'h' | 'm' | 's'],
    0,
  );

describe('the time left, as printed, after the first minute', () => {
  const TOTAL = 600_000;
  const START = 50_000;
  /** A neighbour who takes half of the machine for 5 s of every 20. */
  const neighbour = (second: number) => (second % 20 < 5 ? 500 : 1000);
  /** Fast and slow for a few seconds at a time, without a period; ± 30 %. */
  const restless = (second: number) => 1000 * (1 + 0.3 * Math.sin(1e4 * Math.sin(1 + (second >> 1))));

  /** Runs a job of which `speed(second)` a second gets done; every line's time, what it said and what was true. */
  function run(speed: (second: number, done: number) => number, work?: (done: number) => number) {
    let clock = 7_000_000;
    const said: { at: number; left: number }[] = [];
    const stream = {
      isTTY: false,
      write(text: string) {
        const left = / · ([\dhms]+) left/.exec(text)?.[1];
        if (left) said.push({ at: clock, left: secondsOf(left) });
      },
    } as unknown as NodeJS.WriteStream;
    const progress = startProgress({
      label: 'sampling',
      total: TOTAL,
      start: START,
      unit: 'predictions',
      ...(work && { work }),
      stream,
      now: () => clock,
    });
    const began = clock;
    for (let done = START; done < TOTAL; ) {
      done += speed(Math.floor((clock - began) / 1000), done) / 5;
      clock += 200;
      progress.update(Math.min(done, TOTAL));
    }
    return said.map(({ at, left }) => ({ second: (at - began) / 1000, left, true: (clock - at) / 1000 }));
  }

  test.each([
    // Text has whole seconds: half of one is no error. Nor can the last seconds know whether the neighbour comes once
    // more, which costs 2.5 s.
    ['a steady machine', () => 1000, 0.5],
    ['a neighbour now and then', neighbour, 0.5 + 2.5],
    ['speeds that scatter', restless, 0.5],
  ])('is right within 10 %% on %s', (_, speed, seconds) => {
    const late = run(speed).filter(({ second }) => second >= 60);
    expect(late.length).toBeGreaterThan(40);
    for (const { left, true: truly } of late)
      expect(Math.abs(left - truly)).toBeLessThan(0.1 * truly + seconds);
  });

  test('counts a dear part as dear before it is reached', () => {
    const dear = (done: number) => Math.max(0, done - TOTAL / 2);
    const late = run(
      (_, done) => (done < TOTAL / 2 ? 2000 : 500),
      (done) => done + 3 * dear(done),
    ).filter(({ second }) => second >= 10);
    expect(late.length).toBeGreaterThan(40);
    for (const { left, true: truly } of late) expect(Math.abs(left - truly)).toBeLessThan(0.02 * truly + 0.5);
  });

  test('is right again within 10 % two minutes after the machine became three times slower for good', () => {
    const late = run((second) => (second < 100 ? 1500 : 500)).filter(({ second }) => second > 221);
    expect(late.length).toBeGreaterThan(40);
    for (const { left, true: truly } of late) expect(Math.abs(left - truly)).toBeLessThan(0.1 * truly + 0.5);
  });
});

/** A stream that is no terminal and keeps what it is told. */
function keeping(more: object = { isTTY: false }) {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  return { written, stream: Object.assign(new Writable(), more, { write }) as unknown as NodeJS.WriteStream };
}
const sampling = { label: 'sampling', unit: 'predictions' };

test('the time left counts what follows', () => {
  let clock = 0;
  const { written, stream } = keeping();
  const progress = startProgress({ ...sampling, total: 1000, stream, now: () => clock, after: 25 });
  clock = 20_000;
  progress.update(400);
  // 30 s for the other 600, and what comes then.
  expect(written).toEqual(['sampling 40% · 400/1.00k predictions · 20/s · 55s left\n']);
});

test('without a terminal there are lines, at the end always one; of nothing and to be quiet none', () => {
  const { written, stream } = keeping();
  const progress = startProgress({ ...sampling, total: 100, stream });
  for (const done of [50, 100, 100]) progress.update(done);
  progress.stop();
  expect(written).toEqual([expect.stringMatching(/^sampling 100% · 100\/100 predictions · /)]);
  startProgress({ ...sampling, total: 0, stream }).update(0);
  startProgress({ ...sampling, total: 10, stream, quiet: true }).update(10);
  expect(written).toHaveLength(1);
});

test('in a terminal of 80 columns the loss of a training is whole, and what has no room is left out', () => {
  const { written, stream } = keeping({ isTTY: true, columns: 80 });
  const progress = startProgress({ label: 'training', total: 3e7, unit: 'rows', stream });
  progress.update(1e7, ['refining: −log density 12.3456', 'epoch 10.4', 'penalty 1.2e-5', '98 k rows/s']);
  progress.stop();
  const line = written.findLast((text) => text.includes('training'))!;
  expect(line).toMatch(
    /^training [█░]+ 33% · [\dhms]+ left · refining: −log density 12\.3456 · epoch 10\.4$/,
  );
  expect(line.length).toBeLessThanOrEqual(80);
});

test('a lazy one starts with the first figures, whose total it takes, and again after it was stopped', async () => {
  const { isTTY } = process.stderr;
  process.stderr.isTTY = false;
  const { stderr } = await heard(() => {
    const progress = lazyProgress({ ...sampling, quiet: false });
    progress.stop();
    progress.update(5, 10);
    progress.update(10, 10);
    progress.stop();
    progress.update(3, 3);
  });
  process.stderr.isTTY = isTTY;
  expect(stderr.replace(/ · [^·\n]*\/s$/gm, '')).toBe(
    'sampling 100% · 10/10 predictions\nsampling 100% · 3/3 predictions\n',
  );
});
