/** Whatever jets a table holds, and in whatever pieces it is written, each format gives back the same float32 (in a text -0 is 0). */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openTable } from '../../src/files/open-table.js';
import { memorySource } from '../../src/files/source.js';
import type { PlacedRows, TableSchema } from '../../src/files/table-encoding.js';
import { TABLE_FORMATS, tableEncoding } from '../../src/files/table-formats.js';
import { toFloat32 } from '../../src/jets/numeric-array.js';

const float = fc.float({ noNaN: true, noDefaultInfinity: true });
/** Names as the formats' own rules allow them everywhere: text tables cut at commas and blanks. */
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,11}$/);

const table = fc
  .record({
    names: fc.uniqueArray(name, { minLength: 2, maxLength: 5 }),
    /** Rows of each piece. */
    pieces: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
  })
  .chain(({ names, pieces }) => {
    const rows = pieces.reduce((sum, piece) => sum + piece, 0);
    const column = fc
      .array(float, { minLength: rows, maxLength: rows })
      .map((values) => Float32Array.from(values));
    return fc.record({
      names: fc.constant(names),
      pieces: fc.constant(pieces),
      columns: fc.tuple(...names.map(() => column)),
    });
  });

test.each(TABLE_FORMATS)('%s', async (format) => {
  await fc.assert(
    fc.asyncProperty(table, async ({ names, pieces, columns }) => {
      const schema: TableSchema = names.map((column) => ({ name: column, type: 'float32' }));
      const encoding = await tableEncoding(format, schema, {});
      const parts = [encoding.head()];
      const placed: PlacedRows[] = [];
      let [first, offset] = [0, parts[0]!.byteLength];
      for (const piece of pieces) {
        const { rows, note, bytes } = encoding.encode(
          Object.fromEntries(names.map((column, i) => [column, columns[i]!.subarray(first, first + piece)])),
        );
        parts.push(bytes);
        placed.push({ rows, note, offset });
        first += piece;
        offset += bytes.byteLength;
      }
      parts.push(encoding.tail(placed));
      parts[0] = encoding.finalHead?.(first) ?? parts[0]!;
      const file = await openTable(memorySource('table', Buffer.concat(parts)));
      expect(file.columnNames).toEqual(names);
      const read = names.map(() => new Float32Array(first));
      let row = 0;
      for await (const batch of file.batches(names)) {
        for (const [i, column] of names.entries()) read[i]!.set(toFloat32(batch.columns[column]!), row);
        row += batch.rows;
      }
      expect(row).toBe(first);
      for (const [i, column] of columns.entries())
        expect(read[i]!.every((value, at) => value === column[at])).toBe(true);
    }),
    { numRuns: 40 },
  );
});
