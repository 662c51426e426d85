import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { byVariable } from '../../src/jets/columns.js';
import { addBlock, type BlockTotals, emptyTotals, spectrumEntries } from '../../src/sampling/totals.js';
import { totalsBytes } from './totals-bytes.js';

const SAMPLES = 3;
const EDGES = byVariable((_, index) => Float32Array.from({ length: index + 2 }, (_, i) => i));

/** Blocks of any numbers, of 1 to 5 jets each. */
const blocks: fc.Arbitrary<BlockTotals[]> = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.infiniteStream(fc.nat({ max: 65_535 })))
    .map(([jetCount, stream]) => {
      const some = (length: number) => Array.from({ length }, () => stream.next().value as number);
      return {
        jetCount,
        variables: byVariable((variable) => ({
          counts: Uint16Array.from(some(SAMPLES * (EDGES[variable].length + 1))),
          less: Uint16Array.from(some(jetCount)),
          equal: Uint16Array.from(some(jetCount)),
          median: Float32Array.from(some(jetCount)),
        })),
      };
    }),
  { minLength: 1, maxLength: 6 },
);

function totalOf(parts: readonly BlockTotals[], order: readonly number[]) {
  const places = parts.map((_, i) => parts.slice(0, i).reduce((jets, { jetCount }) => jets + jetCount, 0));
  const jets = parts.reduce((sum, { jetCount }) => sum + jetCount, 0);
  const totals = emptyTotals(jets, SAMPLES, EDGES);
  for (const i of order) addBlock(totals, parts[i]!, places[i]!);
  return totals;
}

test('each sample’s spectrum has an entry for each bin and one on either side', () => {
  expect(spectrumEntries(EDGES)).toEqual([3, 4, 5, 6]);
  const { variables } = emptyTotals(10, SAMPLES, EDGES);
  expect(variables.pt.counts).toHaveLength(9);
  expect(variables.mass.counts).toHaveLength(18);
});

describe('addBlock', () => {
  test('gives the same in whatever order the blocks come', () => {
    fc.assert(
      fc.property(blocks, fc.infiniteStream(fc.nat()), (parts, keys) => {
        const inOrder = parts.map((_, i) => i);
        const shuffled = inOrder.map((i) => [keys.next().value as number, i]).sort((a, b) => a[0]! - b[0]!);
        const other = totalOf(
          parts,
          shuffled.map(([, i]) => i!),
        );
        expect(totalsBytes(other).equals(totalsBytes(totalOf(parts, inOrder)))).toBe(true);
      }),
    );
  });

  test('adds counts, and keeps what belongs to a jet at the jet', () => {
    fc.assert(
      fc.property(blocks, (parts) => {
        const { variables } = totalOf(
          parts,
          parts.map((_, i) => i),
        );
        const { counts, less, median } = variables.mass;
        const each = parts.map((part) => part.variables.mass);
        counts.forEach((count, i) => {
          expect(count).toBe(each.reduce((total, part) => total + part.counts[i]!, 0));
        });
        expect([...less]).toEqual(each.flatMap((part) => [...part.less]));
        expect([...median]).toEqual(each.flatMap((part) => [...part.median]));
      }),
    );
  });
});
