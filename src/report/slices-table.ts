/** Slices of the input jet as tables: the closure of one variable, and the spectra of all four responses. */
import { VARIABLES } from '../jets/columns.js';
import type { ClosureSlices } from '../studies/closure-slices.js';
import type { SlicedSpectra } from '../studies/joint/sliced-spectra.js';
import { grouped, pText, SYMBOLS, signed, sliceName } from './labels.js';
import { escapeText, typesetHtml } from './typeset.js';

export function slicesTable({ stage, slices, pValue }: ClosureSlices): string {
  const rows = slices.map((slice) => {
    const { ks, pValue: own, pull, ends } = slice;
    return row(
      slice,
      ks === null
        ? ['too few', '–', '–', '–']
        : [ks.toFixed(3), pText(own!), signed(pull!, 1), ends!.map((end) => end.toFixed(2)).join(', ')],
    );
  });
  return `<table>
<thead><tr><th scope="col">Closure in slices of the ${escapeText(stage)} jet</th><th scope="col">jets</th><th scope="col">Kolmogorov distance</th><th scope="col"><i>p</i></th><th scope="col">mean − 1/2, in its errors</th><th scope="col">first, last of 50 bins over expected</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
<p class="caption">A model may be right on the whole and wrong in every part. The least of these <i>p</i>, times their number, which enters the verdict: ${typesetHtml(pText(pValue))}. <i>It cannot show:</i> what cancels within a slice.</p>`;
}

/** χ² p-values of each variable's response in each slice. */
export function responseSlicesTable(slices: readonly SlicedSpectra[]): string {
  const rows = slices.map((slice) =>
    row(
      slice,
      VARIABLES.map((variable) =>
        slice.variables ? pText(slice.variables[variable].chiSquared) : 'too few',
      ),
    ),
  );
  return `<table>
<thead><tr><th scope="col">Input jet</th><th scope="col">jets</th>${VARIABLES.map((variable) => `<th scope="col"><i>p</i> of ${typesetHtml(SYMBOLS[variable])}, ${typesetHtml('χ^{2}')}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
<p class="caption">Each <i>p</i> by itself, not corrected for the number of them; they stay out of the verdict.</p>`;
}

function row(
  { of, low, high, jets }: Pick<SlicedSpectra, 'of' | 'low' | 'high' | 'jets'>,
  cells: readonly string[],
): string {
  return `<tr><th scope="row">${typesetHtml(sliceName({ of, low, high }))}</th><td>${grouped(jets)}</td>${cells.map((cell) => `<td>${typesetHtml(cell)}</td>`).join('')}</tr>`;
}
