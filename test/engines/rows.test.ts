import { describe, expect, test } from '@jest/globals';
import type { Conditional } from '../../src/engines/engine.js';
import { openOrt } from '../../src/engines/ort-node.js';
import { naiveConditional } from '../naive-network.js';
import { EDGE_TAUS, randomJets } from '../random-jets.js';
import { type TinyOptions, tinyBundle, tinyNetwork } from '../tiny-bundle.js';
import { amortised, bytes, NETWORKS } from './engine-contract.js';
import { OWN_ENGINES } from './own-engines.js';

const ROWS = 120;

/** Rows of all four steps; what is not known must not be read. */
function question(options: TinyOptions) {
  const jets = randomJets(ROWS, tinyNetwork(options).inputs.length);
  const columns = jets.length / ROWS;
  const step = Uint8Array.from({ length: ROWS }, (_, row) => (row >> 2) % 4);
  const known = Float32Array.from({ length: 3 * ROWS }, (_, at) => {
    const [row, j] = [Math.floor(at / 3), at % 3];
    if (j >= step[row]!) return Number.NaN;
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

describe.each(OWN_ENGINES.filter(({ isBest }) => isBest))('$name', (engine) => {
  const open = (options: TinyOptions) => engine.open('tiny', tinyNetwork(options));

  test.each(NETWORKS)('is as near to the formulas as ONNX Runtime: %s', async (_, options) => {
    const trained = tinyNetwork(options);
    const asked = question(options);
    const ours = await ask(open(options), asked);
    const graph = await openOrt(await tinyBundle(options));
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

  test('a row depends only on its own jet, however many are asked and how often', async () => {
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
});

test.each(NETWORKS)(
  'rows have the same bits wherever products and sums are fused: %s',
  async (_, options) => {
    const asked = question(options);
    const fused = OWN_ENGINES.filter(({ isFused }) => isFused);
    const [first, ...others] = await Promise.all(
      fused.map(({ open }) => ask(open('tiny', tinyNetwork(options)), asked)),
    );
    for (const other of others) {
      expect(bytes(other.value)).toEqual(bytes(first!.value));
      expect(bytes(other.slope)).toEqual(bytes(first!.slope));
    }
  },
);

test('jets asked in turn, and more rows than one call takes, are answered as by themselves', async () => {
  const data = tinyNetwork(amortised([24, 9]));
  for (const { open } of OWN_ENGINES) {
    const engine = open('tiny', data);
    const count = 5000;
    const jets = randomJets(count);
    const known = Float32Array.from(
      { length: 3 * count },
      (_, at) => jets[4 * Math.floor(at / 3) + (at % 3)]!,
    );
    const [step, tau] = [new Uint8Array(count).fill(3), new Float32Array(count).fill(0.4)];
    const whole = await engine.quantile(jets, known, step, tau);
    const halves = [0, 1].map((half) =>
      engine.forJets!(jets.subarray(half * 2 * count, (half + 1) * 2 * count)),
    );
    for (const row of [0, 7, 2499])
      for (const half of [1, 0]) {
        const at = half * 2500 + row;
        const own = await (await halves[half]!).quantile(
          Uint32Array.of(row),
          known.subarray(3 * at, 3 * at + 3),
          Uint8Array.of(3),
          Float32Array.of(0.4),
        );
        expect([own.value[0], own.slope[0]]).toEqual([whole.value[at], whole.slope[at]]);
      }
  }
});
