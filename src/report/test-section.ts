/** The form of a test's section in report.html: its figure, what it shows, what it cannot, and its numbers to unfold. */
import type { Figures } from './html.js';
import { typesetHtml } from './typeset.js';

/** A test as its section tells of it. */
export interface TestSection {
  readonly title: string;
  /** Names in {@link Figures}, side by side: one figure of one or several panels. */
  readonly figures: readonly string[];
  /** Figures a row on a wide page. */
  readonly columns: 1 | 2 | 3;
  /** One sentence, markup of typeset.ts. */
  readonly shows: string;
  /** One sentence, markup: "It cannot show: …". */
  readonly cannot: string;
  /** HTML. */
  readonly details: string;
}

/** @returns HTML. */
export function sectionHtml(
  { title, figures: names, columns, shows, cannot, details }: TestSection,
  figures: Figures,
): string {
  return `<section class="test">
<h2>${title}</h2>
<figure>
<div class="panels of-${columns}">
${names.map((name) => `<div>${figures[name] ?? ''}</div>`).join('\n')}
</div>
<figcaption>${typesetHtml(shows)} <i>It cannot show:</i> ${typesetHtml(cannot)}</figcaption>
</figure>
<details><summary>Numbers</summary>
${details}
</details>
</section>`;
}

/** @param head and rows' names: markup of typeset.ts. */
export function table(head: readonly string[], rows: readonly string[]): string {
  return `<table>
<thead><tr>${head.map((text) => `<th scope="col">${typesetHtml(text)}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

/** Cells are markup of typeset.ts. */
export function tableRow(name: string, cells: readonly string[]): string {
  return `<tr><th scope="row">${typesetHtml(name)}</th>${cells.map((text) => `<td>${typesetHtml(text)}</td>`).join('')}</tr>`;
}
