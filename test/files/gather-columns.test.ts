import { expect, test } from '@jest/globals';
import { gatherColumns } from '../../src/files/gather-columns.js';
import { copyToFloat32 } from '../../src/files/table-file.js';

/** Batches of so many rows that count on from 0, gathered with so many rows expected. */
function gathered(batches: readonly number[], expectedRows: number) {
  const gather = gatherColumns(['a'], expectedRows, (rows) => new Float32Array(rows), copyToFloat32);
  let next = 0;
  for (const rows of batches) {
    const values = Float64Array.from({ length: rows + 1 }, (_, row) => next + row);
    // The last row of the batch is not asked for.
    expect([...gather.add({ a: values }, rows).a!]).toEqual([...values.subarray(0, rows)]);
    next += rows;
  }
  return gather.take().a!;
}

test.each<[string, readonly number[], number]>([
  ['as many rows as expected', [3, 4, 5], 12],
  ['fewer', [3, 4], 12],
  ['more', [3, 4, 5], 6],
  ['none expected', [3, 4, 5], 0],
  ['an empty batch', [0, 3], 3],
  ['more than a piece holds', [100_000, 100_000, 1, 200_000], 0],
])('%s', (_, batches, expectedRows) => {
  const column = gathered(batches, expectedRows);
  const rows = batches.reduce((sum, count) => sum + count, 0);
  expect(column.length).toBe(rows);
  expect(column.every((value, row) => value === row)).toBe(true);
});
