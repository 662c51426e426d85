import { describe, expect, test } from '@jest/globals';
import { compileHead, type HeadExports, instantiateHead } from '../../../src/model/wasm/head.js';
import { loadHead } from '../../../src/model/wasm/head-node.js';

const separate = await loadHead('separate');
const best = await loadHead();
const heads = best.arithmetic === 'fused' ? [best, separate] : [separate];
const AT = 65_536;

/** One of the kernel's functions of numbers. */
function applied(head: HeadExports, name: 'exponentials' | 'logarithms', values: Float32Array): Float32Array {
  head.memory.grow(4);
  const memory = new Float32Array(head.memory.buffer, AT, values.length);
  memory.set(values);
  head[name](AT, AT, values.length);
  return memory.slice();
}

/** Distance of float32 numbers at a value. */
function ulp(value: number): number {
  return 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -126) - 23);
}

/** The largest distance in units of the exact values' last place. */
function worstUlp(made: Float32Array, values: Float32Array, exactly: (value: number) => number): number {
  return made.reduce((worst, value, i) => {
    const exact = exactly(values[i]!);
    return Math.max(worst, Math.abs(value - exact) / ulp(exact));
  }, 0);
}

describe.each(heads)('$arithmetic', (head) => {
  test('exp is within 2 units in the last place of that in double precision', () => {
    // All of float's normal results, and densely where networks are.
    const values = Float32Array.from({ length: 40_000 }, (_, i) =>
      i < 20_000 ? -87.3 + (i * (87.3 + 88.7)) / 20_000 : -4 + (8 * (i - 20_000)) / 20_000,
    );
    const made = applied(instantiateHead(head), 'exponentials', values);
    expect(worstUlp(made, values, Math.exp)).toBeLessThan(2);
  });

  test('log is within 2 units in the last place of that in double precision', () => {
    // From the least normal number to the largest, and beside 1, where cancellation would show.
    const values = Float32Array.from({ length: 40_000 }, (_, i) =>
      i < 20_000 ? 2 ** (-126 + (i * 253.99) / 20_000) : 0.5 + (i - 20_000) / 20_000,
    );
    const made = applied(instantiateHead(head), 'logarithms', values);
    expect(worstUlp(made, values, Math.log)).toBeLessThan(2);
  });

  test('exp ends in 0, infinity and NaN', () => {
    const values = Float32Array.of(-200, -Infinity, 200, Infinity, NaN, 0, -0, 1);
    const made = applied(instantiateHead(head), 'exponentials', values);
    expect([...made]).toEqual([0, 0, Infinity, Infinity, NaN, 1, 1, Math.fround(Math.E)]);
  });
});

test('a runtime that does not know the fused head gets the other one', async () => {
  const damaged = async (file: string) => {
    if (file === 'head-fused.wasm') return new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 255]);
    const { readFile } = await import('node:fs/promises');
    const url = new URL(`../../../src/model/wasm/${file}`, import.meta.url);
    return new Uint8Array(await readFile(url));
  };
  const { arithmetic, kernel } = await compileHead(damaged);
  expect([arithmetic, kernel]).toEqual(['separate', separate.kernel]);
  await expect(compileHead(damaged, 'fused')).rejects.toThrow(/no fused multiply-adds/);
});

test('a runtime without vectors is told so', async () => {
  const invalid = async () => new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 255]);
  await expect(compileHead(invalid)).rejects.toThrow(/^this runtime has no WebAssembly SIMD$/);
});
