/** The tables of report.html. */
import { VARIABLES } from '../jets/columns.js';
import { STAGES_OF_TASK } from '../model/tasks.js';
import type { ClosureSlices } from '../studies/closure-slices.js';
import type { SlicedSpectra } from '../studies/joint/sliced-spectra.js';
import type { Report } from '../studies/summarise.js';
import { grouped, pText, SYMBOLS, signed, sliceName, withUnit } from './labels.js';
import { typesetHtml } from './typeset.js';

/** @param rows name and cells of each; all is markup of typeset.ts. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = ([name, ...cells]: readonly string[]) =>
    `<tr><th scope="row">${typesetHtml(name)}</th>${cells.map((text) => `<td>${typesetHtml(text)}</td>`).join('')}</tr>`;
  return `<table>
<thead><tr>${head.map((text) => `<th scope="col">${typesetHtml(text)}</th>`).join('')}</tr></thead>
<tbody>
${rows.map(row).join('\n')}
</tbody>
</table>`;
}

/** The closure of one variable in slices of the input jet. */
export function slicesTable({ stage, slices, pValue }: ClosureSlices): string {
  const rows = slices.map((slice) => {
    const { jets, ks, pValue: own, pull, ends } = slice;
    const cells =
      ks === null
        ? ['too few', '–', '–', '–']
        : [ks.toFixed(3), pText(own!), signed(pull!, 1), ends!.map((end) => end.toFixed(2)).join(', ')];
    return [sliceName(slice), grouped(jets), ...cells];
  });
  const head = [
    `Closure in slices of the ${stage} jet`,
    'jets',
    'Kolmogorov distance',
    '*p*',
    'mean − 1/2, in its errors',
    'first, last of 50 bins over expected',
  ];
  return `${table(head, rows)}
<p class="caption">A model may be right on the whole and wrong in every part. The least of these <i>p</i>, times their number, which enters the verdict: ${typesetHtml(pText(pValue))}. <i>It cannot show:</i> what cancels within a slice.</p>`;
}

/** χ² p-values of each variable's response in each slice. */
export function responseSlicesTable(slices: readonly SlicedSpectra[]): string {
  const rows = slices.map((slice) => [
    sliceName(slice),
    grouped(slice.jets),
    ...VARIABLES.map((name) => (slice.variables ? pText(slice.variables[name].chiSquared) : 'too few')),
  ]);
  const head = ['Input jet', 'jets', ...VARIABLES.map((variable) => `*p* of ${SYMBOLS[variable]}, χ^{2}`)];
  return `${table(head, rows)}
<p class="caption">Each <i>p</i> by itself, not corrected for the number of them; they stay out of the verdict.</p>`;
}

/** The paper's table of medians, mean and spread of the errors one above the other. */
export function mediansTable({ variables, task }: Report): string {
  const head = (name: string) =>
    `<thead><tr>${[name, 'predicted', 'typical', 'difference'].map((text) => `<th scope="col">${text}</th>`).join('')}</tr></thead>`;
  const body = (cells: (median: Report['variables']['pt']['median']) => string) =>
    `<tbody>
${VARIABLES.map((name) => `<tr><th scope="row">${typesetHtml(withUnit(name))}</th>${cells(variables[name].median)}</tr>`).join('\n')}
</tbody>`;
  return `<div class="medians">
<h2>Medians</h2>
<table>
${head('Average error')}
${body(({ meanAbsError, typicalMeanAbsError, errors }) =>
  triple(meanAbsError, typicalMeanAbsError, errors.meanAbsError, errors.meanAbsDifference),
)}
${head('SD of the error')}
${body(({ sdError, typicalSdError, errors }) => triple(sdError, typicalSdError, errors.sdError, errors.sdDifference))}
</table>
<p class="caption">How far the median of a jet’s samples lies from the true ${STAGES_OF_TASK[task].target} jet, beside reco against gen (“typical”: what the experiment’s own correction leaves${task === 'simulation' ? '; for simulation a yardstick, not a competitor' : ''}); smaller in bold, ± bootstrap errors. <i>It cannot show:</i> anything of the distribution beyond its median.</p>
</div>`;
}

/** Three cells, predicted ± its error, typical, their difference ± its error: decimals for two digits of the errors. */
function triple(
  predicted: number,
  typical: number | null,
  error: number,
  ofDifference: number | null,
): string {
  const decimals = decimalsFor(error);
  const bold = (value: number, better: boolean) =>
    better ? `<b>${signed(value, decimals)}</b>` : signed(value, decimals);
  const own = (better: boolean) => `<td>${bold(predicted, better)} ± ${error.toFixed(decimals)}</td>`;
  if (typical === null) return `${own(false)}<td>–</td><td>–</td>`;
  const finer = decimalsFor(ofDifference ?? error);
  const difference = `${signed(predicted - typical, finer)} ± ${(ofDifference ?? 0).toFixed(finer)}`;
  return `${own(predicted < typical)}<td>${bold(typical, typical < predicted)}</td><td>${difference}</td>`;
}

function decimalsFor(error: number): number {
  return Math.min(10, Math.max(0, 1 - Math.floor(Math.log10(error > 0 ? error : 0.01))));
}
