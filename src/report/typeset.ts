/**
 * The little typesetting that physics needs, for figures (SVG) and tables (HTML): `*p*_{T}` is an italic p with a
 * subscript T, `10^{3}` a power. Neither Vega's text nor plain SVG knows subscripts, so figures carry this markup and
 * are typeset after rendering, with shifts (dy) that every viewer understands.
 */

/** A stretch of text in one style. */
export interface Run {
  readonly text: string;
  readonly style: 'roman' | 'italic' | 'sub' | 'super';
}

const MARKUP = /\*([^*]+)\*|_\{([^}]*)\}|\^\{([^}]*)\}/g;

/** Size of sub- and superscripts, and their shift, in units of the font size. */
const SCRIPT_SIZE = 0.72;
const SUB_SHIFT = 0.24;
const SUPER_SHIFT = -0.4;

/** Markup as HTML; everything else in `markup` is escaped. */
export function typesetHtml(markup: string): string {
  const tags = { roman: '', italic: 'i', sub: 'sub', super: 'sup' };
  return runsOf(markup)
    .map(({ text, style }) => {
      const tag = tags[style];
      return tag ? `<${tag}>${escapeText(text)}</${tag}>` : escapeText(text);
    })
    .join('');
}

/** Every text element of a rendered figure that holds markup, with tspans in its place. */
export function typesetSvg(svg: string): string {
  return svg.replace(
    /(<text[^>]*font-size="([\d.]+)px"[^>]*>)([^<]*)<\/text>/g,
    (whole, open, size, text) => {
      const runs = runsOf(text);
      return runs.some(({ style }) => style !== 'roman')
        ? `${open}${tspans(runs, Number(size))}</text>`
        : whole;
    },
  );
}

/** `runs` hold text as it stands in the SVG, already escaped. */
function tspans(runs: readonly Run[], size: number): string {
  let shift = 0;
  return runs
    .map(({ text, style }) => {
      const wanted = size * (style === 'sub' ? SUB_SHIFT : style === 'super' ? SUPER_SHIFT : 0);
      const dy = wanted === shift ? '' : ` dy="${Number((wanted - shift).toFixed(2))}"`;
      shift = wanted;
      const script = style === 'sub' || style === 'super';
      const font = script
        ? ` font-size="${Number((size * SCRIPT_SIZE).toFixed(2))}px"`
        : style === 'italic'
          ? ' font-style="italic"'
          : '';
      return `<tspan${dy}${font}>${text}</tspan>`;
    })
    .join('');
}

/** Markup in its styles, one after the other; nothing is escaped. */
export function runsOf(markup: string): Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (const match of markup.matchAll(MARKUP)) {
    if (match.index > at) runs.push({ text: markup.slice(at, match.index), style: 'roman' });
    const [whole, italic, sub, sup] = match;
    if (italic !== undefined) runs.push({ text: italic, style: 'italic' });
    else if (sub !== undefined) runs.push({ text: sub, style: 'sub' });
    else runs.push({ text: sup, style: 'super' });
    at = match.index + whole.length;
  }
  if (at < markup.length) runs.push({ text: markup.slice(at), style: 'roman' });
  return runs;
}

/** Text that cannot become markup, in an element or a quoted attribute. */
export function escapeText(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}
