/** The sections of spectra and closures: the paper's figures, a variable at a time. */
import { VARIABLES } from '../jets/columns.js';
import { STAGES_OF_TASK } from '../model/tasks.js';
import type { JointReport } from '../studies/joint/joint-study.js';
import type { Figures } from './html.js';
import { grouped, pText, SYMBOLS } from './labels.js';
import { hasJoint, type Report } from './report.js';
import { responseSlicesTable, slicesTable } from './slices-table.js';
import { type TestSection, table, tableRow } from './test-section.js';
import { typesetHtml } from './typeset.js';

/** The two, in the order in which they are shown. */
export function marginalSections(report: Report, figures: Figures): readonly TestSection[] {
  return [spectra(report, figures), closures(report)];
}

/** Those of pt stand on the first screen. */
const OTHERS = VARIABLES.filter((variable) => variable !== 'pt');

function spectra(report: Report, figures: Figures): TestSection {
  const { variables, samples, task } = report;
  const { target } = STAGES_OF_TASK[task];
  const rows = VARIABLES.map((variable) => {
    const { spectrum, marginal } = variables[variable];
    const { underflow, overflow } = marginal;
    return tableRow(SYMBOLS[variable], [
      pText(spectrum.ks),
      pText(spectrum.chiSquared),
      `${underflow.truth}, ${underflow.median}`,
      `${overflow.truth}, ${overflow.median}`,
    ]);
  });
  return {
    title: 'Spectra',
    figures: OTHERS.map((variable) => `spectrum-${variable}`),
    columns: 3,
    shows: `The true ${target} jets (points, Garwood’s 68 % intervals) beside ${grouped(samples)} predicted spectra of the same jets, their median and band from quantile 0.16 to 0.84; ${SYMBOLS.pt} stands above.`,
    cannot: 'a model that mixes up its answers among the jets has the same spectrum.',
    details: `${table(
      [
        '',
        '*p*, Kolmogorov',
        '*p*, χ^{2}',
        'below the axis: true, predicted',
        'above the axis: true, predicted',
      ],
      rows,
    )}
<p class="caption">The place of the true spectrum among the replicates, which have the spread of these jets: none is smaller than one over their number, and they stay out of the verdict.</p>
${hasJoint(report) ? responseSlices(report.joint, figures) : ''}`,
  };
}

function responseSlices({ model }: JointReport, figures: Figures): string {
  return `<h3>The response in slices of the input jet</h3>
${VARIABLES.map((variable) => `<div>${figures[`slices-${variable}`] ?? ''}</div>`).join('\n')}
<p class="caption">Predicted over true jets in bins of the response (logarithm of target over input, or their difference) that hold equally many jets, for ranges of ${typesetHtml(SYMBOLS.pt)} [GeV] and |${typesetHtml(SYMBOLS.eta)}|: median and band of the replicates, and the true jets’ own errors. <i>It cannot show:</i> wrong correlations.</p>
${responseSlicesTable(model.slices)}`;
}

function closures({ variables, samples }: Report): TestSection {
  const rows = VARIABLES.map((variable) => {
    const { ks, pValue, largestDeviation, ecdf } = variables[variable].closure;
    return tableRow(SYMBOLS[variable], [
      ks.toPrecision(2),
      pText(pValue),
      pText(ecdf.pValue),
      `${(100 * largestDeviation).toFixed(1)} %`,
    ]);
  });
  return {
    title: 'Closure',
    figures: [...OTHERS.map((variable) => `closure-${variable}`), 'closure-ecdf'],
    columns: 2,
    shows: `Where the true value of each jet lies among its ${grouped(samples)} samples, flat where the model is right: the inner band holds one bin with 68 %, the outer one all bins, and that of the last panel the whole curve, with 95 %; ${SYMBOLS.pt} stands above.`,
    cannot: 'wrong correlations between the variables and errors that cancel over the jets leave it flat.',
    details: `${table(['', 'Kolmogorov distance', '*p*, Kolmogorov', '*p*, band of the curve', 'largest deviation of a bin'], rows)}
${VARIABLES.map((variable) => `<h3>${typesetHtml(SYMBOLS[variable])}</h3>\n${slicesTable(variables[variable].slices)}`).join('\n')}`,
  };
}
