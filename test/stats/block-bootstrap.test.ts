import { describe, expect, test } from '@jest/globals';
import { bootstrapErrors } from '../../src/stats/block-bootstrap.js';
import { makeGenerator } from '../../src/stats/generator.js';

const generator = () => makeGenerator(1, 99);
const mean = ([count, sum]: Float64Array) => [sum! / count!];
const errorsOf = (values: ArrayLike<number>) =>
  bootstrapErrors(
    values.length,
    2,
    (row, sums, at) => {
      sums[at]!++;
      sums[at + 1]! += values[row]!;
    },
    mean,
    generator(),
  );

describe('bootstrap errors', () => {
  test('of a mean: sd / sqrt(N), within the noise of 1000 blocks and 500 resamples', () => {
    const draw = makeGenerator(2, 99);
    const values = Float64Array.from({ length: 20_000 }, () => 3 * draw.normal() + 7);
    const [error] = errorsOf(values);
    // Relative errors 1/sqrt(2 * 1000) and 1/sqrt(2 * 500): together 4 %; four of them.
    expect(error! / (3 / Math.sqrt(values.length))).toBeGreaterThan(1 - 0.16);
    expect(error! / (3 / Math.sqrt(values.length))).toBeLessThan(1 + 0.16);
  });

  test('neighbours that go together count once', () => {
    const draw = makeGenerator(3, 99);
    const events = Array.from({ length: 2000 }, () => draw.normal());
    const twins = Float64Array.from(events.flatMap((value) => [value, value]));
    const [error] = errorsOf(twins);
    expect(error! / (1 / Math.sqrt(2000))).toBeGreaterThan(0.84);
    expect(error! / (1 / Math.sqrt(2000))).toBeLessThan(1.16);
  });

  test('a constant is known exactly; one row tells nothing of its error', () => {
    expect(errorsOf(new Array(50).fill(1))).toEqual([0]);
    expect(errorsOf([1])).toEqual([Number.NaN]);
  });
});
