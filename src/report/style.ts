/** The style sheet of report.html: a paper on screen, and on paper. */
export const STYLE = `
:root { color-scheme: light; }
body { font: 16px/1.5 Helvetica, Arial, "Liberation Sans", sans-serif; color: #111; background: #fff; margin: 0 auto; max-width: 1160px; padding: 1.2rem 1.5rem 3rem; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; font-weight: 600; }
h2 { font-size: 1.25rem; margin: 0 0 .6rem; font-weight: 600; }
h3 { font-size: 1.05rem; margin: 1.2rem 0 .4rem; font-weight: 600; }
section { margin-top: 2rem; }
header h1 + .lead { margin-top: 0; }
.origin { margin: .3rem 0 0; color: #555; font-size: .78rem; line-height: 1.35; }
.lead { margin: .2rem 0; }
.note { margin: .6rem 0 0; padding: .5rem .8rem; border-left: 4px solid #E69F00; background: #fdf6e7; }
.verdict { border-left: 4px solid; padding: .5rem .8rem; margin-top: .8rem; }
.verdict h2 { margin: 0; }
.verdict ul { margin: .1rem 0; padding-left: 1.2rem; font-size: .9rem; line-height: 1.35; }
.verdict p { margin: .1rem 0; color: #444; font-size: .8rem; }
.passed { border-color: #009E73; background: #eef8f4; }
.undecided { border-color: #E69F00; background: #fdf6e7; }
.failed { border-color: #D55E00; background: #fcf0e8; }
sub, sup { line-height: 0; font-size: .72em; }
.first { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) max-content; gap: 1.2rem; margin-top: .9rem; }
.first figcaption, .first .caption { font-size: .76rem; line-height: 1.35; }
.first h2 { font-size: 1rem; margin: .4rem 0; }
.first table { font-size: .74rem; }
.first th, .first td { padding: .22rem .35rem; white-space: nowrap; }
.medians .caption { width: 0; min-width: 100%; }
.medians tbody + thead th { padding-top: .7rem; }
.panels { display: grid; gap: .8rem; }
.panels.of-1 { max-width: 720px; }
.panels.of-2 { grid-template-columns: repeat(2, minmax(0, 1fr)); }
.panels.of-3 { grid-template-columns: repeat(3, minmax(0, 1fr)); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); gap: 1.5rem; }
figure { margin: 0; break-inside: avoid; }
figure svg { width: 100%; height: auto; display: block; }
figcaption, .caption { font-size: .88rem; color: #333; margin: .3rem 0 0; }
details { margin-top: .6rem; font-size: .88rem; }
details table { font-size: .85rem; }
details svg { width: 100%; height: auto; display: block; }
@media (max-width: 900px) { .first, .panels.of-2, .panels.of-3 { grid-template-columns: 1fr; } }
summary { cursor: pointer; color: #444; }
table { border-collapse: collapse; border-top: 2px solid #111; border-bottom: 2px solid #111; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem 1.1rem; text-align: right; font-weight: normal; }
th[scope=row], thead th:first-child { text-align: left; }
thead th[scope=colgroup] { text-align: center; border-bottom: 1px solid #999; }
thead tr:last-child { border-bottom: 1px solid #111; }
td b { font-weight: 700; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; margin: 0; font-size: .92rem; }
dt { color: #555; }
dd { margin: 0; overflow-wrap: anywhere; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  section { break-inside: avoid; }
  .pair, .first, .panels.of-2 { grid-template-columns: 1fr 1fr; gap: .6cm; }
  .panels.of-3 { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .medians { grid-column: 1 / 3; }
  .panels.of-1 { max-width: 14cm; }
  details, summary { display: none; }
}
`;
