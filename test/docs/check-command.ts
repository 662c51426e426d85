/** Is a command one that can be given? Without running it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { program } from '../../src/cli/main.js';
import { PROJECT_ROOT } from '../project-root.js';
import { wordsOf } from './blocks.js';

const { scripts } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Folders of the project: a word that starts with one of them is a file that has to be there. */
const FOLDERS = /^(deploy|docs|examples|scripts|test|bench|experiments|kernel|web)\//;

/**
 * @param command one command.
 * @param page where it stands: `./run.sh` is looked for beside it and in the project's folder.
 * @param made programs that an earlier command of its block makes, by `-o`.
 * @throws where an option, a subcommand, a script or a file is not there.
 */
export async function checkCommand(
  command: string,
  page: string,
  made: readonly string[] = [],
): Promise<void> {
  const words = wordsOf(command);
  const at = words.indexOf('jet-iqn');
  // To npm the name is that of the package.
  if (words[0] === 'npm') checkNpm(words.slice(1));
  else if (at >= 0) await parse(words.slice(at + 1));
  for (const word of words) {
    if (FOLDERS.test(word) && !existsSync(join(PROJECT_ROOT, word))) throw new Error(`no file ${word}`);
    const beside = word.startsWith('./') && !made.includes(word.slice(2));
    if (beside && ![dirname(page), '.'].some((folder) => existsSync(join(PROJECT_ROOT, folder, word))))
      throw new Error(`no file ${word} beside ${page}`);
  }
}

/** A command in running text or a table: its subcommand and its options must exist; arguments may be missing. */
export function checkMention(command: string): void {
  const words = wordsOf(command);
  if (words[0] === 'npm') {
    checkNpm(words.slice(1));
    return;
  }
  const [name, ...rest] = words.slice(words.indexOf('jet-iqn') + 1);
  if (name === undefined || /^(-|[A-Z])/.test(name)) return;
  const found = program().commands.find((sub) => sub.name() === name);
  if (!found) throw new Error(`no command jet-iqn ${name}`);
  for (const word of rest) {
    const option = /^--?[a-z][a-z-]*/.exec(word)?.[0];
    if (option === '--help') continue;
    if (option && !found.options.some(({ short, long }) => option === short || option === long))
      throw new Error(`jet-iqn ${name} has no option ${option}`);
  }
}

async function parse(words: readonly string[]): Promise<void> {
  const root = program();
  let refusal = '';
  for (const command of [root, ...root.commands] as Command[]) {
    command.configureOutput({ writeOut: () => {}, writeErr: (text) => (refusal += text) });
    if (command !== root) command.action(() => {});
  }
  await root.parseAsync([...words], { from: 'user' }).catch((error: { exitCode?: number }) => {
    if (error.exitCode !== 0) throw new Error(refusal || String(error));
  });
}

function checkNpm(words: readonly string[]): void {
  const name =
    words[0] === 'run' ? words[1] : words[0] === 'start' || words[0] === 'test' ? words[0] : undefined;
  if (name !== undefined && !(name in scripts)) throw new Error(`package.json has no script ${name}`);
}
