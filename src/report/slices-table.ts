/** The closure of one variable in slices of the input jet, as a table. */
import type { ClosureSlices } from '../studies/closure-slices.js';
import { shortP } from '../studies/verdict.js';
import { grouped, powerOfTen, SYMBOLS } from './labels.js';
import { escapeText, typesetHtml } from './typeset.js';

export function slicesTable({ stage, slices, pValue }: ClosureSlices): string {
  const rows = slices.map(({ of, low, high, jets, ks, pValue: own, pull, ends }) => {
    const symbol = of === 'pt' ? `${SYMBOLS.pt} [GeV]` : `|${SYMBOLS.eta}|`;
    const range = high === null ? `${low} and more` : `${low} – ${high}`;
    const cells =
      ks === null
        ? ['too few', '–', '–', '–']
        : [
            ks.toFixed(3),
            p(own!),
            pull!.toFixed(1).replace('-', '\u2212'),
            ends!.map((end) => end.toFixed(2)).join(', '),
          ];
    return `<tr><th scope="row">${typesetHtml(symbol)} ${range}</th><td>${grouped(jets)}</td>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<table>
<thead><tr><th scope="col">Closure in slices of the ${escapeText(stage)} jet</th><th scope="col">jets</th><th scope="col">Kolmogorov distance</th><th scope="col"><i>p</i></th><th scope="col">mean, in its errors</th><th scope="col">first and last bin</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
<p class="caption">A model may be right on the whole and wrong in every part. The least of these <i>p</i>, times their number: ${p(pValue)}. <i>It cannot show:</i> what cancels within a slice.</p>`;
}

function p(value: number): string {
  return typesetHtml(powerOfTen(shortP(value).replace(/^= /, '')));
}
