/** The built site below a sub-path of a server of its own on the loopback address, sent as any static server would. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { PROJECT_ROOT } from '../project-root.js';

const FOLDER = join(PROJECT_ROOT, 'dist', 'web');
const PREFIX = '/some/where/jets/';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** What a test makes of a file before it is sent; undefined cuts the connection. */
export type Change = (file: string, bytes: Buffer) => Buffer | number | undefined;

export interface Site {
  /** Of the page, with a slash at its end. */
  readonly url: string;
  /** Files asked for so far, without the prefix. */
  readonly asked: string[];
  /** Set to send something else than the file: other bytes, a status, or nothing. */
  change: Change | undefined;
  close(): Promise<void>;
}

export async function serveSite(): Promise<Site> {
  const asked: string[] = [];
  const site = { asked, change: undefined as Change | undefined };
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://host').pathname);
    const file = normalize(path.slice(PREFIX.length) || 'index.html');
    asked.push(file);
    const bytes =
      path.startsWith(PREFIX) && !file.startsWith('..')
        ? await readFile(join(FOLDER, file)).catch(() => undefined)
        : undefined;
    const sent = bytes && site.change ? site.change(file, bytes) : (bytes ?? 404);
    if (sent === undefined) request.socket.destroy();
    else if (typeof sent === 'number') response.writeHead(sent).end();
    else
      response
        .writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' })
        .end(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(site, {
    url: `http://127.0.0.1:${port}${PREFIX}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}
