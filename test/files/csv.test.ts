import { expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { openCsv } from '../../src/files/csv.js';
import { createRandom } from './random.js';

/** All rows of a text; `pieces` cuts its bytes as a slow disk might. */
async function read(text: string, columns?: readonly string[], pieceBytes = 7) {
  const bytes = new TextEncoder().encode(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  const table = await openCsv('jets.csv', pieces);
  const names = columns ?? table.columnNames;
  const rows: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  for await (const batch of table.batches(names)) {
    for (const name of names) rows[name]!.push(...(batch.columns[name] as Float64Array));
  }
  return rows;
}

test('numbers in every notation are the doubles that JavaScript reads', async () => {
  const random = createRandom(3);
  const fields = [
    '0',
    '-0',
    '1',
    '+1',
    '007',
    '.5',
    '5.',
    '-1.25e2',
    '1E-5',
    '1e22',
    '1e23',
    '1e-22',
    '1e-23',
    '1e400',
    '1e-400',
    '123456789012345',
    '1234567890123456',
    '0.1',
    '9007199254740992',
    '179769313486231570000',
    '1152921504606847000',
    '2.2250738585072014e-308',
    ...Array.from({ length: 2000 }, () => String((random() - 0.5) * 10 ** Math.floor(40 * random() - 20))),
    ...Array.from({ length: 2000 }, () => (random() * 1000).toFixed(Math.floor(12 * random()))),
  ];
  const { a } = await read(`a,b\n${fields.map((field) => `${field},1\n`).join('')}`);
  expect(a!.length).toBe(fields.length);
  for (const [row, field] of fields.entries()) expect([field, a![row]]).toEqual([field, Number(field)]);
});

test('a table is what csv-parse makes of it, for any delimiter, line end and piece', async () => {
  const random = createRandom(5);
  const rows = Array.from({ length: 300 }, () =>
    Array.from({ length: 5 }, (_, column) => (column === 2 ? `"a, ${random()}"` : String(random() * 100))),
  );
  const text = ['pt,eta,"na me",phi,mass', ...rows.map((row) => row.join(','))].join('\n');
  const expected = parse(text, { columns: true }) as Record<string, string>[];
  for (const end of ['\n', '\r\n']) {
    for (const pieceBytes of [1, 64, 100_000]) {
      const found = await read(text.replaceAll('\n', end), ['mass', 'pt', 'phi'], pieceBytes);
      for (const name of ['mass', 'pt', 'phi'])
        expect(found[name]).toEqual(expected.map((row) => Number(row[name])));
    }
  }
});

test('blank lines and comments are no rows', async () => {
  expect(await read('\na b\n1 2\n\n# note\n 3   4 \r\n')).toEqual({ a: [1, 3], b: [2, 4] });
});

test('missing values are NaN as pandas, Polars and R write them, and infinities are read, for the check to refuse', async () => {
  const { NaN: missing } = Number;
  expect(await read('a,b\n1,\nNA,2\n"",<NA>\nnan,inf\nNaN,-Infinity\n')).toEqual({
    a: [1, missing, missing, missing, missing],
    b: [missing, 2, missing, Infinity, -Infinity],
  });
});

test('quotes hold delimiters, quotes and ends of lines', async () => {
  const text = 'note,pt\n"a ""b, c"" d",1\n"two\nlines ""\n# of\n""",2\n5" jets,3\n';
  for (const pieceBytes of [1, 7, 1000])
    expect(await read(text, ['pt'], pieceBytes)).toEqual({ pt: [1, 2, 3] });
});

test('names are taken from the comment that holds them', async () => {
  const names = Array.from({ length: 12 }, (_, index) => (index === 11 ? 'gen_pt' : `c${index}`));
  const rows = `${names.map((_, index) => index).join(' ')}\n`;
  const twelveWords = '# a b c d e f g h i j k l\n';
  expect(await read(`# run 3\n# ${names.join(' ')}\n${twelveWords}${rows}`, ['gen_pt'])).toEqual({
    gen_pt: [11],
  });
  expect(await read(`# columns: ${names.join(' ')}\n${rows}`, ['gen_pt'])).toEqual({ gen_pt: [11] });
  const file = await openCsv('jets.txt', async function* () {
    yield new TextEncoder().encode(twelveWords + rows);
  });
  expect(file.columnNames[0]).toBe('raw_pt');
  expect(file.notes).toEqual([expect.stringContaining('has no names: columns are taken as raw_pt, ')]);
});

test.each([
  ['a,b\n1,2\n3\n', 'row 1 (line 3): has fewer fields than the 2 columns'],
  ['a,b\n1,2,3\n', 'row 0 (line 2): has more fields than the 2 columns'],
  ['a,b\n1,2\n1,x7\n', 'row 1 (line 3): column "b": "x7" is not a number'],
  ['a,b\n1,0x10\n', 'column "b": "0x10" is not a number'],
  ['a,b\n+,1\n', 'column "a": "+" is not a number'],
  ['a,b\n1,1.2.3\n', 'column "b": "1.2.3" is not a number'],
  ['a,b\n1,1e\n', 'column "b": "1e" is not a number'],
  ['a,b,a\n1,2,3\n', 'has two columns named "a"'],
  ['1,2,3\n', 'has 3 columns and no line of names'],
  ['', 'has no rows'],
  ['# only a comment\n', 'has no rows'],
  ['1'.repeat(3 << 20), 'a line of more than'],
])('%.40j is refused: %s', async (text, problem) => {
  await expect(read(text, undefined, 1 << 16)).rejects.toThrow(problem);
});

/** The batches of a column, as they come. */
async function batchesOf(name: string, values: readonly string[], pieceBytes = 1 << 20) {
  const bytes = new TextEncoder().encode(`${name}\n${values.join('\n')}\n`);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  const batches = [];
  for await (const { columns } of (await openCsv('jets.csv', pieces)).batches([name]))
    batches.push(columns[name]!);
  return batches;
}

test('keys stay whole numbers of 64 bits, exact beyond 2^53', async () => {
  const events = [
    '1',
    '9007199254740993',
    '-9223372036854775808',
    '9223372036854775807',
    '+9007199254740995',
  ];
  for (const name of ['event', 'id']) {
    expect(await batchesOf(name, events)).toEqual([
      BigInt64Array.from(events.map((text) => BigInt(text.replace('+', '')))),
    ]);
  }
  const unsigned = ['0', '9223372036854775808', '18446744073709551615'];
  expect(await batchesOf('event', unsigned)).toEqual([BigUint64Array.from(unsigned.map(BigInt))]);
  expect(await batchesOf('run', ['7', '8'])).toEqual([BigInt64Array.of(7n, 8n)]);
  expect(await batchesOf('id', ['7', '8'])).toEqual([Float64Array.of(7, 8)]);
});

test('a key that would be rounded is refused, naming its row', async () => {
  const many = Array.from({ length: 20_000 }, () => '1');
  await expect(batchesOf('id', [...many, '9007199254740993'], 4096)).rejects.toThrow(
    'row 20000 (line 20002): column "id": 9007199254740993 would be rounded',
  );
  await expect(batchesOf('event', [...many, '1.5'], 4096)).rejects.toThrow(
    'row 20000 (line 20002): column "event": 1.5 is not a whole number',
  );
  for (const events of [
    ['-1', '9223372036854775808'],
    ['1', '18446744073709551616'],
  ])
    await expect(batchesOf('event', events)).rejects.toThrow(
      `${events[1]} is beyond the 64-bit whole numbers that the column began with`,
    );
  // Whole numbers that doubles hold are none the worse.
  expect(await batchesOf('id', [...many, '1.5', '9007199254740994'])).toHaveLength(1);
});
