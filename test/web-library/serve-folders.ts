/** Folders below one address of the loopback interface, sent as any static server would, with the headers that are asked for. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { contentType, listen } from '../browser/loopback.js';

export interface Served {
  /** With a slash at its end. */
  readonly url: string;
  /** Paths asked for so far. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** @param folders by the first part of the path; '' for all other paths. */
export async function serveFolders(
  folders: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
): Promise<Served> {
  const asked: string[] = [];
  const { origin, close } = await listen(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, 'http://host').pathname));
    asked.push(path);
    const [, first, rest] = /^\/([^/]*)\/?(.*)$/.exec(path)!;
    const file = folders[first!] === undefined ? join(folders['']!, path) : join(folders[first!]!, rest!);
    try {
      const bytes = await readFile(path.endsWith('/') ? join(file, 'index.html') : file);
      const type = contentType(extname(file) ? file : 'index.html');
      response.writeHead(200, { 'Content-Type': type, ...headers }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  return { url: `${origin}/`, asked, close };
}
