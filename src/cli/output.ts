/** What a command says: one JSON object, or text for people, on stdout; warnings on stderr. */

/** Writes `value` as the one JSON object of --json. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A line that people should read, and that warns of nothing. */
export function note(message: string, { quiet = false }: { quiet?: boolean } = {}): void {
  if (!quiet) process.stderr.write(`${message}\n`);
}

/** A line that people should see and scripts need not: stderr, unless --quiet. */
export function warn(message: string, { quiet = false }: { quiet?: boolean } = {}): void {
  if (!quiet) process.stderr.write(`Warning: ${message}\n`);
}
