/** The tables of report.html. */
import { VARIABLES } from '../jets/columns.js';
import { STAGES_OF_TASK, type Task } from '../model/tasks.js';
import { normalQuantile } from '../stats/normal.js';
import type { ClosureSlices } from '../studies/closure-slices.js';
import type { JointReport } from '../studies/joint/joint-study.js';
import { type ResponseDifference, responsePull } from '../studies/joint/response.js';
import type { Score } from '../studies/joint/scores.js';
import { hasJoint, type Report } from '../studies/summarise.js';
import { grouped, pText, rangeText, SYMBOLS, signed, sliceName, withUnit } from './labels.js';
import { typesetHtml } from './typeset.js';

/** @param rows name and cells of each; all is markup of typeset.ts. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = ([name, ...cells]: readonly string[]) =>
    `<tr><th scope="row">${typesetHtml(name)}</th>${cells.map((text) => `<td>${typesetHtml(text)}</td>`).join('')}</tr>`;
  return `<div class="table"><table>
<thead><tr>${head.map((text) => `<th scope="col">${typesetHtml(text)}</th>`).join('')}</tr></thead>
<tbody>
${rows.map(row).join('\n')}
</tbody>
</table></div>`;
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

/** How far scale and resolution are off where they differ by most of their errors; nothing where they were not measured. */
export function differencesWords(report: Report): string {
  if (!hasJoint(report) || report.joint.differences.length === 0) return '';
  const all = report.joint.differences.map((each) => `${differenceName(each)} ${relativeText(each)}`);
  return `in the bin of each with the largest difference in standard errors: ${all.join(', ')}.`;
}

/** `*p*_{T} resolution`, `mass scale`. */
function differenceName({ variable, figure }: Pick<ResponseDifference, 'variable' | 'figure'>): string {
  const name = variable === 'mass' ? 'mass' : SYMBOLS[variable];
  return `${name} ${figure === 'median' ? 'scale' : 'resolution'}`;
}

/** `−11.2 ± 0.8 %`. */
function relativeText({ relative, relativeError }: ResponseDifference): string {
  const decimals = Math.min(2, decimalsFor(100 * relativeError));
  return `${signed(100 * relative, decimals)} ± ${(100 * relativeError).toFixed(decimals)} %`;
}

/** Where scale and resolution differ by most of their standard errors; sizes before places, as a phone shows few columns. */
export function differencesTable(task: Task, differences: readonly ResponseDifference[]): string {
  if (differences.length === 0) return '';
  const rows = differences.map((each) => {
    const { pt, absEta, jets, truth, error, predicted } = each;
    const decimals = decimalsFor(error);
    return [
      differenceName(each),
      relativeText(each),
      signed(responsePull(each), 1),
      rangeText(...pt),
      rangeText(...absEta),
      grouped(jets),
      `${signed(truth, decimals)} ± ${error.toFixed(decimals)}`,
      signed(predicted, decimals),
    ];
  });
  const { input } = STAGES_OF_TASK[task];
  const head = [
    'Largest difference',
    'predicted / true − 1',
    'in its errors',
    `${input} ${SYMBOLS.pt} [GeV]`,
    `${input} |${SYMBOLS.eta}|`,
    'jets',
    'true',
    'predicted',
  ];
  const bins = Math.max(...differences.map((each) => each.bins));
  return `${table(head, rows)}
<p class="caption">Each the largest in standard errors of ${grouped(bins)} bins below. In a right model the largest of so many is about ${byChance(bins).toFixed(1)}, less where bins share jets. The error of the difference is what these jets make a right model scatter; the true value’s own error is of the same scatter, and not added.</p>`;
}

/** Median of the largest of so many independent standard normal numbers, without their signs. */
function byChance(bins: number): number {
  return normalQuantile((1 + 0.5 ** (1 / bins)) / 2);
}

/** CRPS and energy score beside the typical jet's and the control's. */
export function scoresTable(task: Task, { scores, jets, samples }: JointReport): string {
  const named: [string, Score][] = [
    ...VARIABLES.map((variable): [string, Score] => [withUnit(variable), scores.crps[variable]]),
    ['all four', scores.energy],
  ];
  const rows = named.map(([name, score]) => {
    const { model, error, control, controlError, typical, typicalError } = score;
    const own = decimalsFor(error);
    const less = (other: number | null, otherError: number | null) => {
      if (other === null) return '–';
      const decimals = decimalsFor(otherError!);
      return `${signed(model - other, decimals)} ± ${otherError!.toFixed(decimals)}`;
    };
    return [
      name,
      `${model.toFixed(own)} ± ${error.toFixed(own)}`,
      typical?.toFixed(own) ?? '–',
      less(typical, typicalError),
      control.toFixed(own),
      less(control, controlError),
    ];
  });
  const [head, caption] = [
    ['CRPS', 'predicted', 'typical', 'difference', 'control', 'difference'],
    task === 'simulation'
      ? '“typical”: the gen jet itself as the forecast'
      : '“typical”: the reco jet as the forecast',
  ];
  return `<div>
<h3>Scores of the whole distribution</h3>
${table(head, rows)}
<p class="caption">Less is better. CRPS: twice the pinball loss averaged over all quantile levels; of one value (${caption}) it is the average error. All four: energy score of the responses, each divided by the true jets’ half 68 % width. Control: a draw from the model in the true jet’s place, so a right model differs from it by chance only. ${grouped(jets)} jets, ${samples} samples each, ± standard errors jet by jet. <i>It cannot show:</i> small faults; scores are blunt.</p>
</div>`;
}

/** The paper's table of medians, mean and spread of the errors one above the other. */
export function mediansTable({ variables, task }: Report): string {
  const head = (name: string) =>
    `<thead><tr>${[name, 'predicted', 'typical', 'difference'].map((text) => `<th scope="col">${text}</th>`).join('')}</tr></thead>`;
  const body = (cells: (median: Report['variables']['pt']['median']) => string) =>
    `<tbody>
${VARIABLES.map((name) => `<tr><th scope="row">${typesetHtml(withUnit(name))}</th>${cells(variables[name].median)}</tr>`).join('\n')}
</tbody>`;
  return `<div>
<h3>Medians</h3>
<div class="table"><table>
${head('Average error')}
${body(({ meanAbsError, typicalMeanAbsError, errors }) =>
  triple(meanAbsError, typicalMeanAbsError, errors.meanAbsError, errors.meanAbsDifference),
)}
${head('SD of the error')}
${body(({ sdError, typicalSdError, errors }) => triple(sdError, typicalSdError, errors.sdError, errors.sdDifference))}
</table></div>
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

export function decimalsFor(error: number): number {
  return Math.min(10, Math.max(0, 1 - Math.floor(Math.log10(error > 0 ? error : 0.01))));
}
