/**
 * A command line as others may read it: what was typed, without where it was typed. Paths below the working folder
 * stay, relative to it; of any other path its last part is left.
 */
import { basename, isAbsolute, relative, sep } from 'node:path';

/**
 * @param args what follows the program's name.
 * @param folder the working folder.
 * @returns one line that a POSIX shell reads as the same arguments, but for the paths.
 * @example commandLine(['train', '/home/me/jets.parquet', '--description', 'my jets'], '/home/me/work')
 * // "jet-iqn train jets.parquet --description 'my jets'"
 */
export function commandLine(args: readonly string[], folder = process.cwd()): string {
  return ['jet-iqn', ...args.map((argument) => quoted(withoutPlace(argument, folder)))].join(' ');
}

function withoutPlace(argument: string, folder: string): string {
  const option = /^(--[a-z-]+=)(.*)$/s.exec(argument);
  if (option) return option[1]! + withoutPlace(option[2]!, folder);
  const leaves = argument === '..' || argument.startsWith(`..${sep}`);
  if (!isAbsolute(argument) && !leaves) return argument;
  const below = isAbsolute(argument) ? relative(folder, argument) : '..';
  return below === '' || below.startsWith('..') ? basename(argument) : below;
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
