import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { loadWasm } from '../../src/engines/open.js';
import { compileWasm, wasmKernel } from '../../src/engines/wasm.js';

const separate = await loadWasm('separate');
const INVALID = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 255]);

test('a runtime that does not know the fused kernel gets the other one', async () => {
  const damaged = async (file: string) =>
    file === 'kernel-fused.wasm'
      ? INVALID
      : new Uint8Array(await readFile(new URL(`../../src/engines/${file}`, import.meta.url)));
  const { arithmetic, version } = await compileWasm(damaged);
  expect([arithmetic, version]).toEqual(['separate', separate.version]);
  await expect(compileWasm(damaged, 'fused')).rejects.toThrow(/no fused multiply-adds/);
});

test('a runtime without vectors is told so', async () => {
  await expect(compileWasm(async () => INVALID)).rejects.toThrow(/^this runtime has no WebAssembly SIMD$/);
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
    expect(() => kernel.fillTau(tau, new Uint32Array(3), 1, 2, 2)).toThrow(
      /does not lie in the kernel’s memory$/,
    );
  });
});
