/** The sections of report.html: scale and resolution, one for each test, spectra and closures before the joint tests. */
import { VARIABLES } from '../jets/columns.js';
import { STAGES_OF_TASK } from '../model/tasks.js';
import type { JointReport } from '../studies/joint/joint-study.js';
import type { JointTests } from '../studies/joint/joint-tests.js';
import { hasJoint, type Report } from '../studies/summarise.js';
import type { Figures } from './figures/all.js';
import { grouped, pEquals, prose, pText, SYMBOLS, signed, sliceName } from './labels.js';
import { differencesTable, mediansTable, scoresTable, slicesTable, table } from './tables.js';
import { typesetHtml } from './typeset.js';

/** A section of the page, as its contents name it. */
export interface Section {
  /** Where links lead. */
  readonly id: string;
  /** Markup of typeset.ts. */
  readonly title: string;
  /** HTML, without its heading. */
  readonly body: string;
  /** Whether it belongs to a test. */
  readonly isTest?: boolean;
}

/** Every section, in the order of docs/validate.md. */
export function testSections(report: Report, figures: Figures): Section[] {
  const tests = (all: readonly TestSection[]) => all.map((each) => testSection(each, figures));
  const joint = hasJoint(report) ? report.joint : undefined;
  return [
    { id: 'scale', title: 'Scale and resolution', body: scaleAndResolution(report, figures) },
    {
      id: 'sizes',
      title: 'Medians and scores',
      body: `${mediansTable(report)}\n${joint ? scoresTable(report.task, joint) : ''}`,
    },
    ...tests([spectra(report), closures(report)]),
    ...(joint
      ? [
          { id: 'joint', title: 'Is the joint distribution right?', body: jointIntroduction(joint) },
          ...tests([
            control(joint),
            pit(joint),
            smooth(joint.model),
            classifier(joint.model),
            coverage(joint.model),
            correlations(joint.model),
          ]),
        ]
      : []),
  ];
}

/** What the figures of scale and resolution show, markup. */
export function responseCaption(report: Report, samples: number): string {
  const { input, target } = STAGES_OF_TASK[report.task];
  return (
    `Median and width of the response (${target} over ${input} ${SYMBOLS.pt} and mass, 0.7 GeV added to both masses so that a massless jet has one; ${target} minus ${input} ${SYMBOLS.eta} and ${SYMBOLS.phi}) in bins of 200 ${input} jets or more. ` +
    `Points: true jets with standard errors of the bin’s quantiles. Lines and bands: median and 68 % of ${samples} replicates, each of the same jets. Bars and bands are of one scatter: do not add them. ` +
    `Width: half of the 68.3 % interval (solid, filled); core: from quantile 0.309 to 0.691 (dashed, open); both are the *σ* of a Gaussian. Below: predicted over true; triangles point to what lies beyond the panel. ` +
    `The ${target} jet’s bins would be off in a right model too, so they are the ${input} jet’s. ` +
    `Where the sample has a cut on the ${target} jet’s ${SYMBOLS.pt}, the first bins of ${SYMBOLS.pt} hold only jets that came out above it: the true median is high there, and the model’s should be.`
  );
}

/** Rows of the figures of scale and resolution, titles in markup. @param names `response-…` of figures/response.ts. */
export function responseGroups(names: readonly string[]): { title: string; names: string[] }[] {
  const titles = { pt: SYMBOLS.pt, mass: 'mass', angles: `${SYMBOLS.eta} and ${SYMBOLS.phi}` };
  const kinds = Object.entries(titles).flatMap(([kind, title]) =>
    (['pt', 'eta'] as const).map((along) => ({ start: `response-${kind}-against-${along}-`, title, along })),
  );
  return kinds
    .map(({ start, title, along }) => {
      const [x, ranges] =
        along === 'pt' ? [SYMBOLS.pt, `|${SYMBOLS.eta}|`] : [`|${SYMBOLS.eta}|`, SYMBOLS.pt];
      return {
        title: `Response of ${title} against ${x}, in ranges of ${ranges}`,
        names: names.filter((name) => name.startsWith(start)),
      };
    })
    .filter((group) => group.names.length > 0);
}

/** The same as HTML. */
export function responseRows(names: readonly string[], figure: (name: string) => string): string {
  return responseGroups(names)
    .map(
      (group) => `<h3>${typesetHtml(group.title)}</h3>
<div class="panels of-4">
${group.names.map((name) => `<div>${figure(name)}</div>`).join('\n')}
</div>`,
    )
    .join('\n');
}

function scaleAndResolution(report: Report, figures: Figures): string {
  if (!hasJoint(report))
    return '<p class="note">Not measured: it needs 40 jets, and an engine that gives conditional quantiles.</p>';
  const { response, differences, samples } = report.joint;
  const few = response.filter(({ edges }) => edges.length === 0);
  const missing =
    few.length === 0
      ? ''
      : ` Too few jets: ${few.map((range) => `${sliceName(range)} (${grouped(range.jets)})`).join(', ')}.`;
  return `<figcaption>${typesetHtml(responseCaption(report, samples) + missing)} <i>It cannot show:</i> wrong correlations, tails beyond 16 %.</figcaption>
${differencesTable(report.task, differences)}
${responseRows(Object.keys(figures), (name) => figures[name])}`;
}

/** A test as its section tells of it. */
interface TestSection {
  readonly id: string;
  readonly title: string;
  /** Names in {@link Figures}, side by side. */
  readonly figures: readonly string[];
  /** One sentence, markup of typeset.ts. */
  readonly shows: string;
  /** One sentence, markup: "It cannot show: …". */
  readonly cannot: string;
  /** HTML. */
  readonly details: string;
}

function testSection(
  { id, title, figures: names, shows, cannot, details }: TestSection,
  figures: Figures,
): Section {
  return {
    id,
    title,
    isTest: true,
    body: `<figure${names.length === 1 ? ' class="beside"' : ''}>
<div class="panels">
${names.map((name) => `<div>${figures[name] ?? ''}</div>`).join('\n')}
</div>
<figcaption>${typesetHtml(shows)} <i>It cannot show:</i> ${typesetHtml(cannot)}</figcaption>
</figure>
<details><summary>Numbers</summary>
${details}
</details>`,
  };
}

function spectra(report: Report): TestSection {
  const { variables, samples, task } = report;
  const { input, target } = STAGES_OF_TASK[task];
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
    id: 'spectra',
    title: 'Spectra',
    figures: VARIABLES.map((variable) => `spectrum-${variable}`),
    shows: `The true ${target} jets (points, Garwood’s 68 % intervals) beside ${grouped(samples)} predicted spectra of the same jets, their median and band from quantile 0.16 to 0.84. The ${input} jets are the same in all, so compare the points with the band; the points’ bars hold for other ${input} jets.`,
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
<p class="caption">The place of the true spectrum among the replicates, which have the spread of these jets: none is smaller than one over their number, and they stay out of the verdict.</p>`,
  };
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
    id: 'closure',
    title: 'Closure',
    figures: [...VARIABLES.map((variable) => `closure-${variable}`), 'closure-ecdf'],
    shows: `Where the true value of each jet lies among its ${grouped(samples)} samples, flat where the model is right: the inner band holds one bin with 68 %, the outer one all bins, and that of the last panel the whole curve, with 95 %.`,
    cannot: 'wrong correlations between the variables and errors that cancel over the jets leave it flat.',
    details: `${table(['', 'Kolmogorov distance', '*p*, Kolmogorov', '*p*, band of the curve', 'largest deviation of a bin'], rows)}
<p class="caption">Kolmogorov’s <i>p</i> enters the verdict. The band’s does not: it looks at the same curve, and both would count one fault twice.</p>
${VARIABLES.map((variable) => `<h3>${typesetHtml(SYMBOLS[variable])}</h3>\n${slicesTable(variables[variable].slices)}`).join('\n')}`,
  };
}

/** What stands above the joint tests. HTML. */
function jointIntroduction({ jets, samples, withoutPower }: JointReport): string {
  const few = withoutPower
    ? '<p class="note">Too few jets: these tests would not find even large faults here, and stay out of the verdict.</p>'
    : '';
  return `<p>Spectra and closures pass for models with wrong correlations. The tests below look at all four variables and the input jet together, on ${grouped(jets)} jets with ${samples} samples each.</p>
${few}`;
}

function control({ model, control: own }: JointReport): TestSection {
  const rows = model.tests.map(({ name, pValue }, i) => [
    prose(name),
    pText(pValue),
    pText(own.tests[i].pValue),
  ]);
  return {
    id: 'control',
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
    id: 'pit',
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
    id: 'independence',
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
    id: 'classifier',
    title: 'Classifier two-sample test',
    figures: ['local-map'],
    shows: `Where boosted trees tell the true jets’ quantiles from uniform numbers, given the jet: standard deviations above guessing, and the AUC, in cells of (${SYMBOLS.pt}, |${SYMBOLS.eta}|); over all AUC ${auc.auc.toFixed(4)} ± ${auc.error.toFixed(4)}, *p* ${pEquals(pValue)}, exact however poor the classifier.`,
    cannot: 'what these trees cannot learn from this many jets.',
    details: `${table(['', 'AUC', '95 %', 'AUC within jets', '*p*'], [row])}
<p class="caption">0.5 tells nothing apart. Of the largest cell, times their number: <i>p</i> = ${typesetHtml(pText(c2st.map.pValue))}.</p>`,
  };
}

function coverage({ tarp }: JointTests): TestSection {
  return {
    id: 'coverage',
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
    id: 'correlations',
    title: 'Correlations of the response',
    figures: ['correlations'],
    shows: `Correlations of the logarithms of target to input ${SYMBOLS.pt} and mass and the differences in ${SYMBOLS.eta} and ${SYMBOLS.phi}, cut at five standard deviations. Upper cells: true (first line), predicted (second line); lower cells: difference and error, coloured by their ratio.`,
    cannot: 'a dependence that is wrong only in a corner, or one that is no correlation.',
    details: `${table(['', 'true', 'predicted', 'difference'], rows)}
<p class="caption">The difference is that to first order, with means and spreads of both sets together, as an exact <i>p</i> needs it: it is near, but not equal to, true less predicted.</p>
<p>Largest difference over its error: <i>p</i> ${typesetHtml(pEquals(pValue))}. Kolmogorov distance along random directions of all four, mean ${slicedKs.distance.toPrecision(2)}: <i>p</i> ${typesetHtml(pEquals(slicedKs.pValue))}.</p>`,
  };
}
