/** The paper's table of medians, mean and spread of the errors one above the other. */
import { VARIABLES } from '../jets/columns.js';
import { STAGES_OF_TASK } from '../model/tasks.js';
import { signed, withUnit } from './labels.js';
import type { Report } from './report.js';
import { typesetHtml } from './typeset.js';

export function mediansTable({ variables, task }: Report): string {
  const { target } = STAGES_OF_TASK[task];
  const head = (name: string) =>
    `<tr><th scope="col">${name}</th><th scope="col">predicted</th><th scope="col">typical</th><th scope="col">difference</th></tr>`;
  const row = (variable: (typeof VARIABLES)[number], cells: string) =>
    `<tr><th scope="row">${typesetHtml(withUnit(variable))}</th>${cells}</tr>`;
  const means = VARIABLES.map((variable) => {
    const { meanAbsError, typicalMeanAbsError, errors } = variables[variable].median;
    return row(
      variable,
      triple(meanAbsError, typicalMeanAbsError, errors.meanAbsError, errors.meanAbsDifference),
    );
  });
  const spreads = VARIABLES.map((variable) => {
    const { sdError, typicalSdError, errors } = variables[variable].median;
    return row(variable, triple(sdError, typicalSdError, errors.sdError, errors.sdDifference));
  });
  return `<div class="medians">
<h2>Medians</h2>
<table>
<thead>${head('Average error')}</thead>
<tbody>
${means.join('\n')}
</tbody>
<thead>${head('SD of the error')}</thead>
<tbody>
${spreads.join('\n')}
</tbody>
</table>
<p class="caption">How far the median of a jet’s samples lies from the true ${target} jet, beside reco against gen (“typical”: what the experiment’s own correction leaves${task === 'simulation' ? '; for simulation a yardstick, not a competitor' : ''}); smaller in bold, ± bootstrap errors. <i>It cannot show:</i> anything of the distribution beyond its median.</p>
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
