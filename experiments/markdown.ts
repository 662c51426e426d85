/** Tables in Markdown. */

/** One line of a table; bars in a cell do not end it. */
function tableRow(cells: readonly string[]): string {
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
