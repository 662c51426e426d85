/** The sections of the joint tests, the control first. */
import { VARIABLES } from '../jets/columns.js';
import type { JointReport } from '../studies/joint/joint-study.js';
import type { JointTests } from '../studies/joint/joint-tests.js';
import { grouped, pEquals, prose, pText, SYMBOLS, signed } from './labels.js';
import { type TestSection, table, tableRow } from './test-section.js';
import { typesetHtml } from './typeset.js';

/** One for each test, in the order in which they are shown. */
export function jointSections(joint: JointReport): readonly TestSection[] {
  const { model } = joint;
  return [control(joint), pit(joint), smooth(model), classifier(model), coverage(model), correlations(model)];
}

/** What stands above them. HTML. */
export function jointIntroduction({ jets, samples, withoutPower }: JointReport): string {
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
  const rows = model.tests.map(({ name, pValue }, i) =>
    tableRow(prose(name), [pText(pValue), pText(own.tests[i].pValue)]),
  );
  return {
    title: 'All joint tests, and the control',
    figures: ['p-values'],
    columns: 1,
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
    return tableRow(SYMBOLS[variable], [
      ks.toPrecision(2),
      pText(ksPValue),
      pText(pValue),
      grouped(below),
      grouped(above),
      grouped(crossed),
    ]);
  });
  return {
    title: 'Rosenblatt PIT',
    figures: ['pit'],
    columns: 1,
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
  const rows = Object.entries(tests).map(([name, { chiSquared, degreesOfFreedom, pValue, largest }]) =>
    tableRow(name, [
      `${chiSquared.toFixed(1)} / ${degreesOfFreedom}`,
      pText(pValue),
      `${prose(largest.of)}: ${signed(largest.s, 1)}`,
    ]),
  );
  return {
    title: 'Independence of the PIT',
    figures: ['smooth'],
    columns: 1,
    shows:
      'Products of Legendre polynomials of the exact PIT (rows) with ranks of the input jet (columns), in standard deviations: in a right model each is standard normal, and the sum of their squares gives the *p*-value.',
    cannot: 'sharp features, and dependence of three or more variables.',
    details: table(['', 'χ^{2} / degrees of freedom', '*p*', 'largest'], rows),
  };
}

function classifier({ c2st }: JointTests): TestSection {
  const { auc, withinJets, pValue } = c2st;
  const row = tableRow('boosted trees', [
    auc.auc.toFixed(4),
    `${auc.low.toFixed(4)} – ${auc.high.toFixed(4)}`,
    `${withinJets.auc.toFixed(4)} ± ${withinJets.error.toFixed(4)}`,
    pText(pValue),
  ]);
  return {
    title: 'Classifier two-sample test',
    figures: ['local-map'],
    columns: 1,
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
    columns: 1,
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
      return tableRow(`${SYMBOLS[a]}, ${SYMBOLS[b]}`, [
        signed(truth[i][j], 3),
        signed(predicted[i][j], 3),
        `${signed(difference[i][j], 3)} ± ${error[i][j].toFixed(3)}`,
      ]);
    }),
  );
  return {
    title: 'Correlations of the response',
    figures: ['correlations'],
    columns: 1,
    shows: `Correlations of the logarithms of target to input ${SYMBOLS.pt} and mass and the differences in ${SYMBOLS.eta} and ${SYMBOLS.phi}, cut at five standard deviations; differences are coloured by their errors.`,
    cannot: 'a dependence wrong in a corner alone, or one that is no correlation.',
    details: `${table(['', 'true', 'predicted', 'difference'], rows)}
<p class="caption">The difference is that to first order, with means and spreads of both sets together, as an exact <i>p</i> needs it: it is near, but not equal to, true less predicted.</p>
<p>Largest difference over its error: <i>p</i> ${typesetHtml(pEquals(pValue))}. Kolmogorov distance along random directions of all four, mean ${slicedKs.distance.toPrecision(2)}: <i>p</i> ${typesetHtml(pEquals(slicedKs.pValue))}.</p>`,
  };
}
