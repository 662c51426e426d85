/**
 * The code of a page in Markdown, block by block.
 *
 * A block of commands is fenced as `sh` and is run, unless a comment stands right above it:
 *
 *     <!-- not run: the reason -->
 *
 * Then its commands are checked: jet-iqn's against the parser of the command line, npm's against package.json, files of
 * the project for being there.
 */

export interface Block {
  /** The word after the fence; 'indented' where four spaces make the block. */
  readonly language: string;
  /** Of its first line of code, from 1. */
  readonly line: number;
  readonly text: string;
  /** Why it is checked and not run. */
  readonly notRun?: string;
}

export function blocksOf(markdown: string): Block[] {
  const lines = markdown.split('\n');
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    const fence = /^(\s*)```(\w*)/.exec(lines[i]!);
    const indented = /^ {4}\S/.test(lines[i]!) && lines[i - 1]?.trim() === '';
    if (!fence && !indented) continue;
    const first = fence ? i + 1 : i;
    let end = first;
    if (fence) while (end < lines.length && !/^\s*```\s*$/.test(lines[end]!)) end++;
    else while (end < lines.length && /^( {4}|\s*$)/.test(lines[end]!)) end++;
    const margin = fence ? fence[1]!.length : 4;
    const reason = notRunAbove(lines, i);
    blocks.push({
      language: fence ? fence[2]! : 'indented',
      line: first + 1,
      text: lines
        .slice(first, end)
        .map((line) => line.slice(margin))
        .join('\n')
        .trimEnd(),
      ...(reason === undefined ? {} : { notRun: reason }),
    });
    i = fence ? end : end - 1;
  }
  return blocks;
}

function notRunAbove(lines: readonly string[], line: number): string | undefined {
  let above = line - 1;
  while (lines[above]?.trim() === '') above--;
  return /^\s*<!-- not run: (.+) -->\s*$/.exec(lines[above] ?? '')?.[1];
}

/** Commands of a block, one a line: continued lines joined, comments and what follows a pipe or `&&` set apart. */
export function commandsOf(text: string): string[] {
  return text
    .replace(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .flatMap((line) => line.split(/\s*(?:&&|\|\|?|;)\s*/))
    .filter((command) => command !== '');
}

/** The words of a command as a shell would pass them, without what sets variables before it or redirects after it. */
export function wordsOf(command: string): string[] {
  const words = [...command.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''),
  );
  while (/^[A-Z_]\w*=/.test(words[0] ?? '')) words.shift();
  const redirected = words.findIndex((word) => /^(\d?>>?|<)/.test(word));
  return redirected < 0 ? words : words.slice(0, redirected);
}
