/**
 * One file of a run's folder: JSON as text, bytes flushed to the disk, and what is told where one cannot be read or is wrong:
 * a run folder may come from a stranger, or be half of what it was.
 */
import { open, readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { InputError } from '../src/errors.js';

export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const finite = v.pipe(v.number(), v.finite());

/** @param purpose what the file would be, for who has none. @throws InputError where it cannot be read or is no JSON. */
export async function readJson<T>(file: string, purpose: string): Promise<T> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new InputError(
      file,
      cause.code === 'ENOENT' ? `does not exist; ${purpose}` : `cannot be read (${cause.code})`,
      {
        cause,
      },
    );
  });
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new InputError(file, 'is not JSON; it was cut or replaced', { cause });
  }
}

/** Not done before the disk has it. */
export async function writeFlushed(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Indented for people, a newline at the end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** What is wrong with the content of a file, in one line; undefined where nothing is. */
export function faultOf(schema: v.GenericSchema, content: unknown): string | undefined {
  const result = v.safeParse(schema, content, { abortEarly: true });
  if (result.success) return undefined;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  return path === null ? issue.message : `${path}: ${issue.message}`;
}
