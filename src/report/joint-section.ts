/** The joint tests in report.html: one table of p-values beside the model's own, figures, correlations, the map. */
import { VARIABLES } from '../jets/columns.js';
import type { JointReport } from '../studies/joint/joint-study.js';
import type { JointTests } from '../studies/joint/joint-tests.js';
import { shortP } from '../studies/verdict.js';
import type { Figures } from './html.js';
import { grouped, powerOfTen, SYMBOLS } from './labels.js';
import { escapeText, typesetHtml } from './typeset.js';

/** Names of the section's figures, in its order. */
export const JOINT_FIGURES = [...VARIABLES.map((variable) => `pit-${variable}`), 'coverage'];

export function jointSection(joint: JointReport, figures: Figures): string {
  const { model, control, jets, samples, withoutPower } = joint;
  const few = withoutPower
    ? '<p class="note">Too few jets: these tests would not find even large faults here.</p>'
    : '';
  return `<section>
<h2>Is the joint distribution right?</h2>
<p>Spectra and closures pass for models with wrong correlations. These tests look at all four variables and the input jet together, on ${grouped(jets)} jets with ${samples} samples each; the right column is the same tests where the model’s own samples stand in for the true jets, and shows what passing looks like.</p>
${few}
${pValues(model, control)}
<h3>Exact quantiles, and coverage</h3>
<div class="pair">
${JOINT_FIGURES.map((name) => `<figure>${figures[name] ?? ''}</figure>`).join('\n')}
</div>
<p class="caption">Each variable’s quantile given the input jet and the variables before it, and the coverage of balls around random points: the share of jets below minus what a right model has, inside the band everywhere with probability 95 %. <i>It cannot show:</i> dependence of the quantiles on each other or on the jet, which the tests below look for.</p>
<h3>Classifier</h3>
${classifier(model)}
<h3>Correlations of the response</h3>
${correlations(model)}
${outside(joint)}
</section>`;
}

function pValues(model: JointTests, control: JointTests): string {
  const rows = model.tests.map(
    ({ name, pValue }, i) =>
      `<tr><th scope="row">${escapeText(name)}</th><td>${number(pValue)}</td><td>${number(control.tests[i].pValue)}</td></tr>`,
  );
  return `<table>
<thead><tr><th scope="col">Test</th><th scope="col"><i>p</i>, true jets</th><th scope="col"><i>p</i>, the model’s own</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

function classifier({ c2st }: JointTests): string {
  const { auc, map, network } = c2st;
  const rows = map.z.map(
    (row, i) =>
      `<tr><th scope="row">${edge(map.ptEdges[i])} – ${edge(map.ptEdges[i + 1])}</th>${row
        .map(
          (z) => `<td>${z === null ? '–' : Math.abs(z) >= 3 ? `<b>${signed(z, 1)}</b>` : signed(z, 1)}</td>`,
        )
        .join('')}</tr>`,
  );
  const head = map.absEtaEdges.slice(1).map((high, j) => {
    const text = `|${SYMBOLS.eta}| ${edge(map.absEtaEdges[j])} – ${edge(high)}`;
    return `<th scope="col">${typesetHtml(text)}</th>`;
  });
  return `<p>Boosted trees that look for a difference between the quantiles of the true jets and uniform numbers, given the jet: AUC ${auc.auc.toFixed(4)} (95 %: ${auc.low.toFixed(4)} to ${auc.high.toFixed(4)}; 0.5 tells nothing apart). A small network, for comparison: AUC ${network.auc.auc.toFixed(4)} (${network.auc.low.toFixed(4)} to ${network.auc.high.toFixed(4)}), <i>p</i> = ${number(network.pValue)}; the trees decide, because they find more of the faults that were put into a known detector. Where they succeed, in standard deviations:</p>
<table>
<thead><tr><th scope="col">${typesetHtml(`${SYMBOLS.pt} [GeV]`)}</th>${head.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
<p class="caption">In a right model each number is standard normal. <i>It cannot show:</i> what these trees cannot learn from this many jets.</p>`;
}

function correlations({ dependence }: JointTests): string {
  const { truth, predicted, difference, error } = dependence;
  const rows = VARIABLES.flatMap((a, i) =>
    VARIABLES.slice(i + 1).map((b, offset) => {
      const j = i + 1 + offset;
      const cells = [signed(truth[i][j], 3), signed(predicted[i][j], 3)];
      return `<tr><th scope="row">${typesetHtml(`${SYMBOLS[a]}, ${SYMBOLS[b]}`)}</th>${cells
        .map((text) => `<td>${text}</td>`)
        .join('')}<td>${signed(difference[i][j], 3)} ± ${error[i][j].toFixed(3)}</td></tr>`;
    }),
  );
  return `<table>
<thead><tr><th></th><th scope="col">true</th><th scope="col">predicted</th><th scope="col">difference</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
<p class="caption">Of the logarithms of target to input ${typesetHtml(SYMBOLS.pt)} and mass and the differences in ${typesetHtml(SYMBOLS.eta)} and ${typesetHtml(SYMBOLS.phi)}, cut at five standard deviations. <i>It cannot show:</i> a dependence wrong in a corner alone, or one that is no correlation.</p>`;
}

function outside({ range }: JointReport): string {
  const parts = VARIABLES.flatMap((variable) => {
    const { crossed, below, above } = range[variable];
    if (crossed + below + above === 0) return [];
    return [
      `${SYMBOLS[variable]}: ${grouped(below)} below, ${grouped(above)} above, quantiles of ${grouped(crossed)} jets cross`,
    ];
  });
  const text = parts.length === 0 ? 'none, and no quantiles cross' : parts.join('; ');
  return `<details><summary>Beyond the model’s range</summary><p>True values that the model cannot give: ${typesetHtml(text)}.</p></details>`;
}

function number(pValue: number): string {
  return typesetHtml(powerOfTen(shortP(pValue).replace(/^= /, '')));
}

/** With a true minus sign. */
function signed(value: number, decimals: number): string {
  return value.toFixed(decimals).replace('-', '\u2212');
}

function edge(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(2);
}
