import { describe, expect, test } from '@jest/globals';
import { roundingReach, UNIT_ROUNDOFF } from '../../export/rounding.js';
import { randomJets, randomTau } from '../random-jets.js';
import { tinyBundle, tinyNetwork } from '../tiny-bundle.js';

describe('what float32 rounding may do', () => {
  const rows = 64;
  const at = {
    jets: randomJets(rows),
    known: randomJets(rows).filter((_, index) => index % 4 < 3),
    step: BigInt64Array.from({ length: rows }, (_, row) => BigInt(row % 4)),
    tau: randomTau(rows, 1).subarray(0, rows),
  };

  test('moves every row, by some roundings of its own size and of the network’s units', async () => {
    const reach = await roundingReach(await tinyBundle(), tinyNetwork(), at);
    for (let row = 4; row < rows; row++) {
      const input = Math.abs(at.jets[row * 4 + (row % 4)]!) + 1;
      expect(reach.value[row]).toBeGreaterThan(0);
      expect(reach.value[row]! / input).toBeLessThan(1e5 * UNIT_ROUNDOFF);
      expect(reach.slope[row]).toBeGreaterThan(0);
    }
  });

  test('is the same each time, and does not ask the graphs of the bundle', async () => {
    const first = await roundingReach(await tinyBundle(), tinyNetwork(), at);
    expect(await roundingReach(await tinyBundle({ seed: 2 }), tinyNetwork(), at)).toEqual(first);
  });
});
