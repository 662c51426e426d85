/**
 * The frame of report.html and its kin: pages that open offline, run no script and load nothing. Their
 * Content-Security-Policy allows their own style sheet, named by hash, and nothing else.
 */
import { unbroken } from './labels.js';
import { escapeText } from './typeset.js';

/** @param title text. @param body HTML, in which every string that comes from a file is escaped. */
export async function standalonePage(title: string, body: string): Promise<string> {
  // What a browser has as well as Node; at the top of a module it would keep CommonJS from requiring the library.
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(STYLE));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return unbroken(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>${escapeText(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`);
}

/** A paper on screen, and on paper. Figures stand at their own size, so that text is one size. */
const STYLE = `
:root { color-scheme: light dark; --text: #111; --paper: #fff; --soft: #444; --line: #111; --link: #0057a3; --good: #eef8f4; --fair: #fdf6e7; --bad: #fcf0e8; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e8e8e8; --paper: #161616; --soft: #b8b8b8; --line: #aaa; --link: #7fbfff; --good: #10271f; --fair: #2c2410; --bad: #301c10; }
  figure svg, .panels svg { filter: invert(.915) hue-rotate(180deg); }
}
* { box-sizing: border-box; }
body { font: 16px/1.5 Helvetica, Arial, "Liberation Sans", sans-serif; color: var(--text); background: var(--paper); margin: 0 auto; max-width: 1208px; padding: 1.2rem 24px 3rem; overflow-wrap: anywhere; }
a { color: var(--link); }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; font-weight: 600; line-height: 1.2; }
h2 { font-size: 1.25rem; margin: 0 0 .6rem; font-weight: 600; }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .5rem; font-weight: 600; }
section { margin-top: 2.2rem; }
.origin { margin: .3rem 0 0; color: var(--soft); font-size: .8rem; line-height: 1.35; }
.lead { margin: .2rem 0; }
.note { margin: .6rem 0 0; padding: .5rem .8rem; border-left: 4px solid #E69F00; background: var(--fair); }
.verdict { border-left: 4px solid; padding: .5rem .8rem; margin-top: .8rem; }
.verdict h2 { margin: 0; }
.verdict ul { margin: .1rem 0 .3rem; padding-left: 1.2rem; font-size: .92rem; line-height: 1.4; }
.verdict p { margin: .2rem 0; color: var(--soft); font-size: .85rem; }
.passed { border-color: #009E73; background: var(--good); }
.undecided { border-color: #E69F00; background: var(--fair); }
.failed { border-color: #D55E00; background: var(--bad); }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; list-style: none; margin: .9rem 0 0; padding: 0; font-size: .9rem; }
sub, sup { line-height: 0; font-size: .72em; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, 360px); gap: 1rem 40px; }
.panels.of-4 { grid-template-columns: repeat(auto-fill, 272px); gap: 1rem 24px; }
figure { margin: 0; }
figure.beside { display: grid; grid-template-columns: 360px minmax(0, 1fr); gap: .4rem 40px; }
.beside figcaption { margin-top: 2rem; }
svg { display: block; max-width: 100%; height: auto; }
figcaption, .caption { font-size: .88rem; color: var(--soft); margin: .4rem 0 0; max-width: 62rem; }
details { margin-top: .6rem; font-size: .88rem; }
summary { cursor: pointer; color: var(--soft); }
.table { overflow-x: auto; margin-top: .5rem; }
table { border-collapse: collapse; border-top: 2px solid var(--line); border-bottom: 2px solid var(--line); font-size: .84rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; text-align: right; font-weight: normal; white-space: nowrap; }
th:first-child { padding-left: 0; text-align: left; }
thead tr:last-child { border-bottom: 1px solid var(--line); }
tbody + thead th { padding-top: .7rem; }
td b { font-weight: 700; }
.words th, .words td { text-align: left; white-space: normal; overflow-wrap: normal; }
th svg { display: inline; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1.2rem; margin: 0; font-size: .92rem; }
dt { color: var(--soft); }
dd { margin: 0; }
@media (max-width: 700px) {
  figure.beside { display: block; }
  .beside figcaption { margin-top: .4rem; }
}
@media (max-width: 480px) {
  body { padding: 1rem 15px 2rem; }
  .panels, .panels.of-4 { grid-template-columns: minmax(0, 1fr); justify-items: center; }
  dl { grid-template-columns: minmax(0, 1fr); }
  dd { margin-bottom: .4rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  h2, h3 { break-after: avoid; }
  figure, .panels > div { break-inside: avoid; }
  .panels, .panels.of-4 { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .6cm; }
  details, summary, nav { display: none; }
}
`;
