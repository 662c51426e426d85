import { expect, test } from '@jest/globals';
import { openSpans } from '../../../src/files/parquet/spans.js';
import { type ByteSource, memorySource } from '../../../src/files/source.js';

/** A source of bytes 0, 1, 2, …, and the ranges that were read of it. */
function counted(size: number) {
  const reads: [number, number][] = [];
  const memory = memorySource(
    'file',
    Uint8Array.from({ length: size }, (_, at) => at),
  );
  const source: ByteSource = {
    ...memory,
    read(start, end) {
      reads.push([start, end]);
      return memory.read(start, end);
    },
  };
  return { source, reads };
}

test('spans that lie together are one read', async () => {
  const { source, reads } = counted(100);
  const spans = [
    { start: 50, end: 60 },
    { start: 40, end: 48 },
  ];
  const open = openSpans(source, spans);
  for (const span of spans) {
    expect(await open.read(span)).toEqual((await memoryOf(source)).subarray(span.start, span.end));
  }
  expect(reads.slice(0, 1)).toEqual([[40, 60]]);
});

test('spans far apart are read alone', async () => {
  const { source, reads } = counted(100);
  const open = openSpans(source, [
    { start: 0, end: 5 },
    { start: 90, end: 95 },
  ]);
  expect(reads).toEqual([]);
  expect(await open.read({ start: 90, end: 95 })).toEqual(Uint8Array.of(90, 91, 92, 93, 94));
  expect(reads).toEqual([[90, 95]]);
});

test('a span beyond the end or backwards is refused in its turn, and no memory taken for it', async () => {
  const { source } = counted(100);
  for (const span of [
    { start: 90, end: 110 },
    { start: 60, end: 50 },
    { start: -5, end: 5 },
  ]) {
    const open = openSpans(source, [{ start: 0, end: 50 }, span]);
    await expect(open.read(span)).rejects.toThrow('damaged or cut short');
    expect(await open.read({ start: 0, end: 50 })).toHaveLength(50);
  }
});

const memoryOf = (source: ByteSource) => source.read(0, source.size);
