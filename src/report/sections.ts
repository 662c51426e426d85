/** The sections of report.html, one for each test: spectra and closures a variable at a time, then the joint tests. */
import { VARIABLES } from '../jets/columns.js';
import { STAGES_OF_TASK } from '../model/tasks.js';
import type { JointReport } from '../studies/joint/joint-study.js';
import type { JointTests } from '../studies/joint/joint-tests.js';
import { hasJoint, type Report } from '../studies/summarise.js';
import type { Figures } from './figures/all.js';
import { grouped, pEquals, prose, pText, SYMBOLS, signed } from './labels.js';
import { responseSlicesTable, slicesTable, table } from './tables.js';
import { typesetHtml } from './typeset.js';

/** Every section, in the order of docs/validate.md. HTML. */
export function testSections(report: Report, figures: Figures): string {
  const html = (sections: readonly TestSection[]) => sections.map((each) => sectionHtml(each, figures));
  const sections = html([spectra(report, figures), closures(report)]);
  if (hasJoint(report)) {
    const { model } = report.joint;
    sections.push(
      jointIntroduction(report.joint),
      ...html([
        control(report.joint),
        pit(report.joint),
        smooth(model),
        classifier(model),
        coverage(model),
        correlations(model),
      ]),
    );
  }
  return sections.join('\n');
}

/** A test as its section tells of it. */
interface TestSection {
  readonly title: string;
  /** Names in {@link Figures}, side by side: one figure of one or several panels. */
  readonly figures: readonly string[];
  /** Figures a row on a wide page; default: one. */
  readonly columns?: 1 | 2 | 3;
  /** One sentence, markup of typeset.ts. */
  readonly shows: string;
  /** One sentence, markup: "It cannot show: …". */
  readonly cannot: string;
  /** HTML. */
  readonly details: string;
}

function sectionHtml(
  { title, figures: names, columns = 1, shows, cannot, details }: TestSection,
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

/** Those of pt stand on the first screen. */
const OTHERS = VARIABLES.filter((variable) => variable !== 'pt');

function spectra(report: Report, figures: Figures): TestSection {
  const { variables, samples, task } = report;
  const { target } = STAGES_OF_TASK[task];
  const rows = VARIABLES.map((variable) => {
    const { spectrum, marginal } = variables[variable];
    const { underflow, overflow } = marginal;
    return [
      SYMBOLS[variable],
      pText(spectrum.ks),
      pText(spectrum.chiSquared),
      `${underflow.truth}, ${underflow.median}`,
      `${overflow.truth}, ${overflow.median}`,
    ];
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
    return [
      SYMBOLS[variable],
      ks.toPrecision(2),
      pText(pValue),
      pText(ecdf.pValue),
      `${(100 * largestDeviation).toFixed(1)} %`,
    ];
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

/** What stands above the joint tests. HTML. */
function jointIntroduction({ jets, samples, withoutPower }: JointReport): string {
  const few = withoutPower
    ? '<p class="note">Too few jets: these tests would not find even large faults here, and stay out of the verdict.</p>'
    : '';
  return `<section>
<h2>Is the joint distribution right?</h2>
<p>Spectra and closures pass for models with wrong correlations. The tests below look at all four variables and the input jet together, on ${grouped(jets)} jets with ${samples} samples each.</p>
${few}
</section>`;
}

function control({ model, control: own }: JointReport): TestSection {
  const rows = model.tests.map(({ name, pValue }, i) => [
    prose(name),
    pText(pValue),
    pText(own.tests[i].pValue),
  ]);
  return {
    title: 'All joint tests, and the control',
    figures: ['p-values'],
    shows:
      'The *p*-value of each joint test on the true jets and, as a control, on jets drawn from the model itself, which shows what passing looks like.',
    cannot:
      'how large an error is: with enough jets every model fails, and the sections below say by how much.',
    details: table(['Test', '*p*, true jets', '*p*, the model’s own'], rows),
  };
}

function pit({ model, range }: JointReport): TestSection {
  const { variables } = model.rosenblatt;
  const rows = VARIABLES.map((variable) => {
    const { ks, ksPValue, pValue } = variables[variable];
    const { below, above, crossed } = range[variable];
    return [
      SYMBOLS[variable],
      ks.toPrecision(2),
      pText(ksPValue),
      pText(pValue),
      grouped(below),
      grouped(above),
      grouped(crossed),
    ];
  });
  return {
    title: 'Rosenblatt PIT',
    figures: ['pit'],
    shows:
      'Each variable’s exact conditional CDF at the true value, given the input jet and the variables before it: in a right model all four curves stay inside the band with 95 % each.',
    cannot: 'dependence of the four numbers on each other or on the jet, which the next test looks for.',
    details: table(
      [
        '',
        'Kolmogorov distance',
        '*p*, Kolmogorov',
        '*p*, band',
        'true values below all that the model gives',
        'above',
        'jets whose quantiles cross',
      ],
      rows,
    ),
  };
}

function smooth({ rosenblatt }: JointTests): TestSection {
  const tests = {
    all: rosenblatt.smooth,
    'pairs of the PIT': rosenblatt.pairs,
    'PIT × jet': rosenblatt.jets,
  };
  const rows = Object.entries(tests).map(([name, { chiSquared, degreesOfFreedom, pValue, largest }]) => [
    name,
    `${chiSquared.toFixed(1)} / ${degreesOfFreedom}`,
    pText(pValue),
    `${prose(largest.of)}: ${signed(largest.s, 1)}`,
  ]);
  return {
    title: 'Independence of the PIT',
    figures: ['smooth'],
    shows:
      'Products of Legendre polynomials of the exact PIT (rows) with ranks of the input jet (columns), in standard deviations: in a right model each is standard normal, and the sum of their squares gives the *p*-value.',
    cannot: 'sharp features, and dependence of three or more variables.',
    details: table(['', 'χ^{2} / degrees of freedom', '*p*', 'largest'], rows),
  };
}

function classifier({ c2st }: JointTests): TestSection {
  const { auc, withinJets, pValue } = c2st;
  const row = [
    'boosted trees',
    auc.auc.toFixed(4),
    `${auc.low.toFixed(4)} – ${auc.high.toFixed(4)}`,
    `${withinJets.auc.toFixed(4)} ± ${withinJets.error.toFixed(4)}`,
    pText(pValue),
  ];
  return {
    title: 'Classifier two-sample test',
    figures: ['local-map'],
    shows: `Where boosted trees tell the true jets’ quantiles from uniform numbers, given the jet: standard deviations above guessing in cells of (${SYMBOLS.pt}, |${SYMBOLS.eta}|); over all AUC ${auc.auc.toFixed(4)} ± ${auc.error.toFixed(4)}, *p* ${pEquals(pValue)}, exact however poor the classifier.`,
    cannot: 'what these trees cannot learn from this many jets.',
    details: `${table(['', 'AUC', '95 %', 'AUC within jets', '*p*'], [row])}
<p class="caption">0.5 tells nothing apart. Of the largest cell, times their number: <i>p</i> = ${typesetHtml(pText(c2st.map.pValue))}.</p>`,
  };
}

function coverage({ tarp }: JointTests): TestSection {
  return {
    title: 'Expected coverage (TARP)',
    figures: ['coverage'],
    shows:
      'How often balls around random points that depend on the jet hold the true jet, against the share of samples inside; in a right model the curve stays inside the band with 95 %.',
    cannot:
      'errors that leave the distances to every point as they are; a single wrong correlation hardly moves it.',
    details: `<p>${tarp.samples} samples a jet ranked, <i>p</i> ${typesetHtml(pEquals(tarp.pValue))}.</p>`,
  };
}

function correlations({ dependence }: JointTests): TestSection {
  const { truth, predicted, difference, error, slicedKs, pValue } = dependence;
  const rows = VARIABLES.flatMap((a, i) =>
    VARIABLES.slice(i + 1).map((b, offset) => {
      const j = i + 1 + offset;
      return [
        `${SYMBOLS[a]}, ${SYMBOLS[b]}`,
        signed(truth[i][j], 3),
        signed(predicted[i][j], 3),
        `${signed(difference[i][j], 3)} ± ${error[i][j].toFixed(3)}`,
      ];
    }),
  );
  return {
    title: 'Correlations of the response',
    figures: ['correlations'],
    shows: `Correlations of the logarithms of target to input ${SYMBOLS.pt} and mass and the differences in ${SYMBOLS.eta} and ${SYMBOLS.phi}, cut at five standard deviations; differences are coloured by their errors.`,
    cannot: 'a dependence wrong in a corner alone, or one that is no correlation.',
    details: `${table(['', 'true', 'predicted', 'difference'], rows)}
<p class="caption">The difference is that to first order, with means and spreads of both sets together, as an exact <i>p</i> needs it: it is near, but not equal to, true less predicted.</p>
<p>Largest difference over its error: <i>p</i> ${typesetHtml(pEquals(pValue))}. Kolmogorov distance along random directions of all four, mean ${slicedKs.distance.toPrecision(2)}: <i>p</i> ${typesetHtml(pEquals(slicedKs.pValue))}.</p>`,
  };
}
