/** Where a page's jets lie: in a file on this machine, or beside the page on its server. Both are read by ranges. */
import { InputError } from '../../src/errors.js';
import { type ByteSource, checkRange } from '../../src/files/source.js';

/** A file that somebody chose, or the address of one that the page may fetch. */
export type JetsPlace = Blob | string;

/** Bytes that a request brings at least: tables of contents are read in many small steps. */
const PIECE = 1 << 16;

/** @throws InputError where the file cannot be had, or is empty. */
export async function openPlace(place: JetsPlace, name: string): Promise<ByteSource> {
  const source = typeof place === 'string' ? await fetchedSource(place, name) : blobSource(place, name);
  if (source.size === 0) throw new InputError(name, 'is empty (0 bytes)');
  return source;
}

function blobSource(blob: Blob, name: string): ByteSource {
  return {
    name,
    size: blob.size,
    async read(start, end) {
      checkRange(name, blob.size, start, end);
      try {
        return new Uint8Array(await blob.slice(start, end).arrayBuffer());
      } catch (error) {
        throw new InputError(
          name,
          'cannot be read any more: it was changed or moved since it was chosen; choose it again',
          { cause: error },
        );
      }
    },
    async close() {},
  };
}

/** Of a server without ranges the whole file, which the browser may keep on disk. */
async function fetchedSource(url: string, name: string): Promise<ByteSource> {
  const first = await fetchRange(url, name, 0, PIECE);
  const size = Number(/\/(\d+)$/.exec(first.headers.get('Content-Range') ?? '')?.[1] ?? Number.NaN);
  if (first.status === 416) return blobSource(new Blob(), name);
  if (first.status !== 206 || Number.isNaN(size)) return blobSource(await bodyOf(first.blob(), name), name);
  const version = first.headers.get('ETag') ?? first.headers.get('Last-Modified');
  let last = { start: 0, bytes: await bodyOf(first.arrayBuffer(), name) };
  return {
    name,
    size,
    async read(start, end) {
      checkRange(name, size, start, end);
      const within = last;
      if (start >= within.start && end <= within.start + within.bytes.byteLength)
        return new Uint8Array(within.bytes.slice(start - within.start, end - within.start));
      const to = Math.min(size, Math.max(end, start + PIECE));
      const response = await fetchRange(url, name, start, to);
      const now = response.headers.get('ETag') ?? response.headers.get('Last-Modified');
      const bytes = await bodyOf(response.arrayBuffer(), name);
      if (response.status !== 206 || now !== version || bytes.byteLength !== to - start)
        throw new InputError(name, 'changed on its server while it was read; load it again');
      if (to - start <= PIECE) last = { start, bytes };
      return new Uint8Array(bytes.slice(0, end - start));
    },
    async close() {},
  };
}

/** @throws InputError unless the server sends bytes, or says that there are none. */
async function fetchRange(url: string, name: string, start: number, end: number): Promise<Response> {
  const response = await bodyOf(fetch(url, { headers: { Range: `bytes=${start}-${end - 1}` } }), name);
  if (response.ok || (response.status === 416 && start === 0)) return response;
  throw new InputError(name, `is not on the server (it answered ${response.status}); try again`);
}

async function bodyOf<T>(arriving: Promise<T>, name: string): Promise<T> {
  try {
    return await arriving;
  } catch (error) {
    throw new InputError(name, 'cannot be fetched; check the connection and try again', { cause: error });
  }
}
