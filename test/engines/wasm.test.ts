import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { loadWasm } from '../../src/engines/open.js';
import { compileWasm, type WasmModule, wasmKernel } from '../../src/engines/wasm.js';

const separate = await loadWasm('separate');
const best = await loadWasm();
const modules = best.arithmetic === 'fused' ? [best, separate] : [separate];

/** One of the kernel's functions of numbers. */
function applied(module: WasmModule, name: 'exp' | 'log', values: Float32Array): Float32Array {
  const kernel = wasmKernel(module);
  const room = kernel.room(Float32Array, values.length);
  room.values.set(values);
  kernel.elementary(name === 'log', room.values);
  return room.values.slice();
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

describe.each(modules)('$arithmetic', (module) => {
  test('exp is within 2 units in the last place of that in double precision', () => {
    // All of float's normal results, and densely where networks are.
    const values = Float32Array.from({ length: 40_000 }, (_, i) =>
      i < 20_000 ? -87.3 + (i * (87.3 + 88.7)) / 20_000 : -4 + (8 * (i - 20_000)) / 20_000,
    );
    const made = applied(module, 'exp', values);
    expect(worstUlp(made, values, Math.exp)).toBeLessThan(2);
  });

  test('log is within 2 units in the last place of that in double precision', () => {
    // From the least normal number to the largest, and beside 1, where cancellation would show.
    const values = Float32Array.from({ length: 40_000 }, (_, i) =>
      i < 20_000 ? 2 ** (-126 + (i * 253.99) / 20_000) : 0.5 + (i - 20_000) / 20_000,
    );
    const made = applied(module, 'log', values);
    expect(worstUlp(made, values, Math.log)).toBeLessThan(2);
  });

  test('exp ends in 0, infinity and NaN', () => {
    const values = Float32Array.of(-200, -Infinity, 200, Infinity, NaN, 0, -0, 1);
    const made = applied(module, 'exp', values);
    expect([...made]).toEqual([0, 0, Infinity, Infinity, NaN, 1, 1, Math.fround(Math.E)]);
  });
});

test('a runtime that does not know the fused kernel gets the other one', async () => {
  const damaged = async (file: string) => {
    if (file === 'kernel-fused.wasm') return new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 255]);
    const url = new URL(`../../src/engines/${file}`, import.meta.url);
    return new Uint8Array(await readFile(url));
  };
  const { arithmetic, version } = await compileWasm(damaged);
  expect([arithmetic, version]).toEqual(['separate', separate.version]);
  await expect(compileWasm(damaged, 'fused')).rejects.toThrow(/no fused multiply-adds/);
});

test('a runtime without vectors is told so', async () => {
  const invalid = async () => new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 255]);
  await expect(compileWasm(invalid)).rejects.toThrow(/^this runtime has no WebAssembly SIMD$/);
});

describe('memory', () => {
  test('rooms keep their numbers when it grows', () => {
    const kernel = wasmKernel(separate);
    const room = kernel.room(Uint16Array, 5);
    room.values.set([1, 2, 3, 4, 5]);
    const before = room.values;
    kernel.room(Float32Array, 1 << 22);
    expect(before).toHaveLength(0);
    expect([...room.values]).toEqual([1, 2, 3, 4, 5]);
    expect(room.values.byteOffset % 64).toBe(0);
  });

  test('more than there is is refused, and what lies elsewhere', () => {
    const kernel = wasmKernel(separate);
    expect(() => kernel.room(Float32Array, 2 ** 30)).toThrow(/^there is not enough memory$/);
    const tau = new Float32Array(8);
    expect(() => kernel.fillTau(tau, 1, 2, 0, 1, 2, 2)).toThrow(/does not lie in the kernel’s memory$/);
  });
});
