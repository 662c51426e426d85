import { describe, expect, test } from '@jest/globals';
import type { Conditional } from '../../../src/model/conditional/conditional.js';
import { loadAddon } from '../../../src/model/native/addon.js';
import { createNativeConditional } from '../../../src/model/native/conditional.js';
import { createConditional } from '../../../src/model/session-node.js';
import { createWasmConditional } from '../../../src/model/wasm/conditional.js';
import { loadHead } from '../../../src/model/wasm/head-node.js';
import { naiveConditional } from '../../naive-network.js';
import { EDGE_TAUS, randomJets } from '../../random-jets.js';
import { type TinyOptions, tinyBundle, tinyNetwork } from '../../tiny-bundle.js';
import { amortised, bytes, NETWORKS } from '../engine-contract.js';

const best = await loadHead();
const separate = await loadHead('separate');
const ROWS = 120;

const found = loadAddon();
const levels = 'addon' in found ? found.addon.levels() : [];
type Open = (options: TinyOptions) => Conditional;
/** Every program that computes rows. */
const OPENERS: [string, Open][] = [
  ...(best.arithmetic === 'fused' ? [best, separate] : [separate]).map((head): [string, Open] => [
    `wasm, products and sums ${head.arithmetic}`,
    (options) => createWasmConditional('tiny', tinyNetwork(options), head),
  ]),
  ...levels.map((level): [string, Open] => [
    `native, ${level}`,
    (options) => createNativeConditional('tiny', tinyNetwork(options), level),
  ]),
];

/** Rows of all four steps; what is not known must not be read. */
function question(options: TinyOptions) {
  const jets = randomJets(ROWS, tinyNetwork(options).inputs.length);
  const columns = jets.length / ROWS;
  const step = BigInt64Array.from({ length: ROWS }, (_, row) => BigInt((row >> 2) % 4));
  const known = Float32Array.from({ length: 3 * ROWS }, (_, at) => {
    const [row, j] = [Math.floor(at / 3), at % 3];
    if (j >= Number(step[row])) return Number.NaN;
    const input = jets[row * columns + j]!;
    const off = (at * 0.618) % 1;
    return j === 0 ? Math.max(21, input * (0.8 + 0.4 * off)) : input + 0.1 * (off - 0.5);
  });
  const tau = Float32Array.from(
    { length: ROWS },
    (_, row) => EDGE_TAUS[row] ?? ((row * 0.618) % 1) * 0.98 + 0.01,
  );
  return { jets, columns, step, known, tau };
}

const ask = (of: Conditional, { jets, known, step, tau }: ReturnType<typeof question>) =>
  of.quantile(jets, known, step, tau);

describe.each(OPENERS)('%s', (_, open) => {
  test.each(NETWORKS)('is as near to the formulas as ONNX Runtime: %s', async (_, options) => {
    const trained = tinyNetwork(options);
    const asked = question(options);
    const ours = await ask(open(options), asked);
    const graph = await createConditional(await tinyBundle(options));
    const ort = await ask(graph, asked);
    await graph.close();
    const worst = { ours: [0, 0], ort: [0, 0] };
    for (let row = 0; row < ROWS; row++) {
      const part = (values: Float32Array, width: number) => [
        ...values.subarray(row * width, (row + 1) * width),
      ];
      const exact = naiveConditional(
        trained,
        part(asked.jets, asked.columns),
        part(asked.known, 3),
        Number(asked.step[row]),
        asked.tau[row]!,
      );
      for (const [name, { value, slope }] of [
        ['ours', ours],
        ['ort', ort],
      ] as const) {
        const offs = [
          Math.abs(value[row]! - exact.value) / (Math.abs(exact.value) + 1),
          Math.abs(slope[row]! / exact.slope - 1),
        ];
        offs.forEach((off, which) => {
          expect(off).not.toBeNaN();
          worst[name][which] = Math.max(worst[name][which]!, off);
        });
      }
    }
    // Two programs that round at different places: their worst of 120 differ by chance, not by orders of magnitude.
    worst.ours.forEach((off, which) => {
      expect(off).toBeLessThan(3 * worst.ort[which]! + 1e-6);
    });
  });

  test('a row depends on its own jet alone, however many are asked and how often', async () => {
    const options = amortised([24, 9]);
    const conditional = open(options);
    const asked = question(options);
    const whole = await ask(conditional, asked);
    const few = await conditional.forJets!(asked.jets.slice(4 * 40, 4 * 50));
    // More rows than one call of the kernel takes.
    const rows = Uint32Array.from({ length: 700 }, (_, n) => (n * 7) % 10);
    const of = (row: number) => 40 + rows[row]!;
    const again = await few.quantile(
      rows,
      Float32Array.from(
        { length: 3 * rows.length },
        (_, at) => asked.known[3 * of(Math.floor(at / 3)) + (at % 3)]!,
      ),
      Uint8Array.from(rows, (_, row) => Number(asked.step[of(row)])),
      Float32Array.from(rows, (_, row) => asked.tau[of(row)]!),
    );
    for (const name of ['value', 'slope'] as const)
      expect(bytes(again[name])).toEqual(bytes(Float32Array.from(rows, (_, row) => whole[name][of(row)]!)));
  });

  test('a network that the kernel cannot run is refused in one line', () => {
    expect(() => open(amortised([24, 65]))).toThrow(
      /^tiny: .* more than 8 layers or one of more than 64 units$/,
    );
  });
});

test.each(NETWORKS)('every instruction set gives the same bits: %s', async (_, options) => {
  const asked = question(options);
  const [first, ...others] = await Promise.all(
    levels.map((level) => ask(createNativeConditional('tiny', tinyNetwork(options), level), asked)),
  );
  for (const other of others) {
    expect(bytes(other.value)).toEqual(bytes(first!.value));
    expect(bytes(other.slope)).toEqual(bytes(first!.slope));
  }
});
