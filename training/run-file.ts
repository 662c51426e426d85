/** One file of a run's folder: JSON as text, bytes flushed to the disk, and what is told where one cannot be read. */
import { open, readFile } from 'node:fs/promises';
import { InputError } from '../src/errors.js';

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
