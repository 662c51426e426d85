/** Tables in Markdown, and the parts of a page that a command writes. */

/** One line of a table; bars in a cell do not end it. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
}

/** Head, rule and rows. @param align of each column: numbers stand right. */
export function table(
  head: readonly string[],
  align: readonly ('left' | 'right')[],
  rows: readonly (readonly string[])[],
): string {
  const rule = align.map((side) => (side === 'left' ? '---' : '---:'));
  return [head, rule, ...rows].map(tableRow).join('\n');
}

/**
 * A page with new text between its two comments `<!-- name: … -->` and `<!-- end of name -->`.
 *
 * @throws Error where the page lacks one of them.
 */
export function withSection(page: string, name: string, made: string): string {
  const begin = page.search(`<!-- ${name}: `);
  const from = page.indexOf('-->', begin) + '-->'.length;
  const to = page.indexOf(`<!-- end of ${name} -->`, from);
  if (begin < 0 || to < 0)
    throw new Error(
      `the page has no comments "${name}: …" and "end of ${name}" for the text to stand between`,
    );
  return `${page.slice(0, from)}\n\n${made}\n\n${page.slice(to)}`;
}
