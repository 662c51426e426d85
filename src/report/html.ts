/**
 * report.html: one page that opens offline, runs no script and loads nothing. Its Content-Security-Policy allows its own
 * style sheet, named by hash, and nothing else; every string that comes from a file is escaped.
 */
import { createHash } from 'node:crypto';
import { VARIABLES, type Variable } from '../jets/columns.js';
import { STAGES_OF_TASK } from '../model/tasks.js';
import { closureCaption } from './closure-figure.js';
import { jointSection } from './joint-section.js';
import { grouped, SYMBOLS, withUnit } from './labels.js';
import { hasJoint, type Report } from './report.js';
import { slicesTable } from './slices-table.js';
import { spectrumCaption } from './spectrum-figure.js';
import { STYLE } from './style.js';
import { escapeText, typesetHtml } from './typeset.js';

/** Rendered SVG by figure name, see write-report.ts. */
export type Figures = Readonly<Record<string, string>>;

export function reportHtml(report: Report, figures: Figures): string {
  const [first, ...others] = VARIABLES;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy()}">
<meta name="viewport" content="width=device-width">
<title>${escapeText(report.bundle.name)}: study of ${report.task}</title>
<style>${STYLE}</style>
</head>
<body>
${header(report)}
<main>
${verdictSection(report)}
${variableSection(report, first, figures)}
${mediansSection(report)}
${others.map((variable) => variableSection(report, variable, figures)).join('\n')}
${hasJoint(report) ? jointSection(report.joint, figures) : ''}
${runSection(report)}
</main>
</body>
</html>
`;
}

function contentSecurityPolicy(): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

function header({ task, bundle, jets, samples, predictions, input, model }: Report): string {
  const { input: from, target } = STAGES_OF_TASK[task];
  return `<header>
<h1>${task === 'simulation' ? 'Simulation' : 'Correction'}: ${from} → ${target} jets</h1>
<p class="lead">Model <b>${escapeText(bundle.name)}</b> on <b>${escapeText(input.name)}</b>: ${grouped(jets)} jets × ${grouped(samples)} samples = ${grouped(predictions)} predictions.</p>
<p class="note">${escapeText(model.description)}</p>
</header>`;
}

function verdictSection({ verdict, task }: Report): string {
  const { passed, reasons, level } = verdict;
  const prior =
    task === 'correction'
      ? '<p>A correction depends on the spectrum that it was trained on: on jets of another spectrum, expect another answer.</p>'
      : '';
  return `<section class="verdict ${passed ? 'passed' : 'failed'}">
<h2>${passed ? 'Passed' : 'Failed'}</h2>
<ul>${reasons.map((reason) => `<li>${escapeText(reason)}</li>`).join('')}</ul>
<p>A right model fails with probability ${level} at most (family-wise, Holm). Passing means that these tests found nothing, not that there is nothing.</p>
${prior}
</section>`;
}

function variableSection(report: Report, variable: Variable, figures: Figures): string {
  const spectrum = spectrumCaption(report, variable);
  const closure = closureCaption(report, variable);
  return `<section>
<h2>${typesetHtml(withUnit(variable))}</h2>
<div class="pair">
${figure(figures[`spectrum-${variable}`], spectrum)}
${figure(figures[`closure-${variable}`], closure)}
</div>
${details(report, variable)}
</section>`;
}

function figure(svg: string, { shows, cannot }: { shows: string; cannot: string }): string {
  return `<figure>${svg}<figcaption>${typesetHtml(shows)} <i>It cannot show:</i> ${typesetHtml(cannot)}</figcaption></figure>`;
}

function details({ variables }: Report, variable: Variable): string {
  const { marginal, closure, spectrum } = variables[variable];
  const { underflow, overflow } = marginal;
  return `<details><summary>Numbers</summary>
<p>Closure: Kolmogorov distance ${closure.ks.toPrecision(3)}, p = ${closure.pValue.toPrecision(3)}; largest deviation of a bin ${(100 * closure.largestDeviation).toFixed(1)} %.
The true spectrum among the replicates: p = ${spectrum.ks.toPrecision(2)} (Kolmogorov), ${spectrum.chiSquared.toPrecision(2)} (χ²); the replicates themselves give these, so none is smaller than one over their number.
Outside the spectrum’s axis: below ${underflow.truth} true jets, ${underflow.median} predicted; above ${overflow.truth} and ${overflow.median}. Every number is in report.json.</p>
${slicesTable(variables[variable].slices)}
</details>`;
}

function mediansSection({ variables, task }: Report): string {
  const { target } = STAGES_OF_TASK[task];
  const rows = VARIABLES.map((variable) => {
    const { meanAbsError, typicalMeanAbsError, sdError, typicalSdError, errors } = variables[variable].median;
    const mean = triple(meanAbsError, typicalMeanAbsError, errors.meanAbsError, errors.meanAbsDifference);
    const spread = triple(sdError, typicalSdError, errors.sdError, errors.sdDifference);
    return `<tr><th scope="row">${typesetHtml(withUnit(variable))}</th>${mean}${spread}</tr>`;
  });
  return `<section>
<h2>Medians</h2>
<table>
<thead>
<tr><th></th><th colspan="3" scope="colgroup">Average error</th><th colspan="3" scope="colgroup">SD of the error</th></tr>
<tr><th></th><th scope="col">predicted median</th><th scope="col">typical</th><th scope="col">difference</th><th scope="col">predicted median</th><th scope="col">typical</th><th scope="col">difference</th></tr>
</thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
<p class="caption">Mean of |error| and standard deviation of the error over the jets, the smaller in bold; ± is the bootstrap’s standard error over groups of neighbouring jets, of the difference that of both together. Predicted: median of a jet’s samples against the true ${target} jet. Typical: reco against gen, what the experiment’s own correction leaves${task === 'simulation' ? '; for simulation a yardstick of the resolution rather than a competitor' : ''}. <i>It cannot show:</i> anything of the distribution beyond its median.</p>
</section>`;
}

/** Three cells, predicted ± its error, typical, their difference ± its error: decimals for two digits of the error. */
function triple(
  predicted: number,
  typical: number | null,
  error: number,
  ofDifference: number | null,
): string {
  const least = Math.min(error, ofDifference ?? error);
  const decimals = Math.min(10, Math.max(0, 1 - Math.floor(Math.log10(least > 0 ? least : 0.01))));
  const text = (value: number) => value.toFixed(decimals).replace('-', '\u2212');
  const bold = (value: number, better: boolean) => (better ? `<b>${text(value)}</b>` : text(value));
  if (typical === null) return `<td>${text(predicted)} ± ${text(error)}</td><td>–</td><td>–</td>`;
  const difference = `${text(predicted - typical)} ± ${text(ofDifference ?? 0)}`;
  return `<td>${bold(predicted, predicted < typical)} ± ${text(error)}</td><td>${bold(typical, typical < predicted)}</td><td>${difference}</td>`;
}

function runSection(report: Report): string {
  const { bundle, input, model, seed, engine, throughput, versions } = report;
  const rows: [string, string][] = [
    ['Model', `${bundle.name} (sha256 ${bundle.sha256})`],
    ['Network', `${model.network}; ${grouped(model.parameters)} parameters, ${model.epochs} epochs`],
    [
      'Trained on',
      `${model.trainingData.name}, ${grouped(model.trainingData.rows)} jets: ${model.trainingData.description}`,
    ],
    ['Licence', model.licence],
    [
      'Jets',
      `${input.name} (sha256 ${input.sha256})${input.part ? `: its ${input.part.name} part, split seed ${input.part.seed}` : ''}`,
    ],
    ['Random numbers', `Philox4x32-10, seed ${seed}`],
    ['Engine', `${engine}, ${throughput.threads} threads`],
    [
      'Speed',
      `${grouped(throughput.predictionsPerSecond)} predictions/s, ${throughput.seconds.toFixed(1)} s`,
    ],
    [
      'Versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
  ];
  return `<section class="run">
<h2>What was run</h2>
<dl>
${rows.map(([term, text]) => `<dt>${term}</dt><dd>${escapeText(text)}</dd>`).join('\n')}
</dl>
<p class="caption">Symbols: ${VARIABLES.map((variable) => typesetHtml(SYMBOLS[variable])).join(', ')} of anti-<i>k</i><sub>T</sub> or other jets as in the input. PIT: the quantile of a true value under its predicted distribution. Replicate: one sample of every jet.</p>
</section>`;
}
