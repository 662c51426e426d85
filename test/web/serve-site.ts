/** The built site below a sub-path of a server of its own on the loopback address, sent as any static server would. */
import { readFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { contentType, listen } from '../browser/loopback.js';
import { PROJECT_ROOT } from '../project-root.js';

const FOLDER = join(PROJECT_ROOT, 'dist', 'web');
const PREFIX = '/some/where/jets/';
/** A second copy of the site on the same origin, below the first one. */
const BELOW = `${PREFIX}below/`;

/** What a test makes of a file before it is sent; undefined cuts the connection. */
export type Change = (file: string, bytes: Buffer, path: string) => Buffer | number | undefined;

export interface Site {
  /** Of the page, with a slash at its end. */
  readonly url: string;
  /** Of another copy of the page, in a folder below it. */
  readonly below: string;
  /** Files asked for so far, without the prefix. */
  readonly asked: string[];
  /** Set to send something else than the file: other bytes, a status, or nothing. */
  change: Change | undefined;
  /** Whether it sends a range of a file where it is asked for one. */
  ranges: boolean;
  close(): Promise<void>;
}

export async function serveSite(): Promise<Site> {
  const asked: string[] = [];
  const site = { asked, change: undefined as Change | undefined, ranges: false };
  const { origin, close } = await listen(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://host').pathname);
    const prefix = path.startsWith(BELOW) ? BELOW : PREFIX;
    const file = normalize(path.slice(prefix.length) || 'index.html');
    asked.push(file);
    const bytes =
      path.startsWith(prefix) && !file.startsWith('..')
        ? await readFile(join(FOLDER, file)).catch(() => undefined)
        : undefined;
    const sent = bytes && site.change ? site.change(file, bytes, path) : (bytes ?? 404);
    if (sent === undefined) request.socket.destroy();
    else if (typeof sent === 'number') response.writeHead(sent).end();
    else {
      const [, first, last] = (site.ranges && /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')) || [];
      const part = first === undefined ? sent : sent.subarray(Number(first), Number(last) + 1);
      response
        .writeHead(first === undefined ? 200 : 206, {
          'Content-Type': contentType(file),
          ...(first !== undefined && {
            'Content-Range': `bytes ${first}-${Number(first) + part.length - 1}/${sent.length}`,
          }),
        })
        .end(part);
    }
  });
  return Object.assign(site, { url: `${origin}${PREFIX}`, below: `${origin}${BELOW}`, close });
}
