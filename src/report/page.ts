/** report.html: one page that opens offline; every string that comes from a file is escaped. */
import { VARIABLES } from '../jets/columns.js';
import { assumedWords } from '../model/missing-inputs.js';
import { STAGES_OF_TASK } from '../model/tasks.js';
import type { Report } from '../studies/summarise.js';
import { verdictWord } from '../studies/verdict.js';
import type { Figures } from './figures/all.js';
import { grouped, prose, SYMBOLS } from './labels.js';
import { type Section, testSections } from './sections.js';
import { standalonePage } from './style.js';
import { differencesWords } from './tables.js';
import { escapeText, typesetHtml } from './typeset.js';

export async function reportHtml(report: Report, figures: Figures): Promise<string> {
  const sections: Section[] = [
    ...testSections(report, figures),
    { id: 'what-now', title: 'What to do now', body: advice(report) },
    { id: 'run', title: 'What was run', body: whatWasRun(report) },
  ];
  return standalonePage(
    `${report.bundle.name}: study of ${report.task}`,
    `${header(report)}
<main>
${verdictSection(report)}
${contents(sections)}
${sections.map(sectionHtml).join('\n')}
</main>`,
  );
}

function header({ task, bundle, jets, samples, predictions, input, model }: Report): string {
  const { input: from, target } = STAGES_OF_TASK[task];
  return `<header>
<h1>${task === 'simulation' ? 'Simulation' : 'Correction'}: ${from} → ${target} jets</h1>
<p class="lead">Model <b>${escapeText(bundle.name)}</b> on <b>${escapeText(input.name)}</b>: ${grouped(jets)} jets × ${grouped(samples)} samples = ${grouped(predictions)} predictions.</p>
<p class="origin">${escapeText(model.description)}</p>
</header>`;
}

function verdictSection(report: Report): string {
  const { verdict, task } = report;
  const { passed, tooFewJets, reasons, level } = verdict;
  const prior =
    task === 'correction'
      ? '<p>A correction depends on the spectrum that it was trained on: on jets of another spectrum, expect another answer.</p>'
      : '';
  return `<section class="verdict ${passed ? (tooFewJets ? 'undecided' : 'passed') : 'failed'}">
<h2>${verdictWord(verdict)}</h2>
<ul>${reasons.map((reason) => `<li>${typesetHtml(prose(reason))}</li>`).join('')}</ul>
${sizes(report)}
<p><a href="#what-now">What to do now</a></p>
<p>A right model fails with probability ${level} at most (family-wise, Holm). Passing means that these tests found nothing, not that there is nothing.</p>
${prior}
</section>`;
}

/** In one sentence: how far scale and resolution are off where they differ by most of their standard errors. */
function sizes(report: Report): string {
  const words = differencesWords(report);
  return words && `<p><a href="#scale">Scale and resolution</a>, ${typesetHtml(words)}</p>`;
}

export function contents(sections: readonly Section[]): string {
  const links = sections.map(({ id, title }) => `<li><a href="#${id}">${typesetHtml(title)}</a></li>`);
  return `<nav aria-label="Contents"><ul>${links.join('')}</ul></nav>`;
}

export function sectionHtml({ id, title, body, isTest }: Section): string {
  return `<section id="${id}"${isTest ? ' class="test"' : ''}>
<h2>${typesetHtml(title)}</h2>
${body}
</section>`;
}

function advice({ verdict }: Report): string {
  return `<ul>${verdict.advice.map((line) => `<li>${typesetHtml(prose(line))}</li>`).join('')}</ul>`;
}

function testsIn(seconds: number | undefined): string {
  return seconds === undefined ? '' : `; the tests ${seconds.toFixed(1)} s`;
}

function whatWasRun(report: Report): string {
  const { bundle, input, model, seed, engine, throughput, versions } = report;
  const { repeated = 0 } = input;
  const shared = repeated === 0 ? '' : `; ${grouped(repeated)} jets have the numbers of another one`;
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
    ...assumedWords(input).map((words): [string, string] => ['Assumed', words]),
    ['Random numbers', `Philox4x32-10, seed ${seed}, by ${input.key ?? 'row'}${shared}`],
    ['Engine', `${engine}, ${throughput.threads} threads`],
    [
      'Speed',
      `${grouped(throughput.predictionsPerSecond)} predictions/s, ${throughput.seconds.toFixed(1)} s${testsIn(throughput.testSeconds)}`,
    ],
    [
      'Versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
  ];
  return `<dl>
${rows.map(([term, text]) => `<dt>${term}</dt><dd>${escapeText(text)}</dd>`).join('\n')}
</dl>
<p class="caption">Symbols: ${VARIABLES.map((variable) => typesetHtml(SYMBOLS[variable])).join(', ')} of anti-<i>k</i><sub>T</sub> or other jets as in the input. PIT: the quantile of a true value under its predicted distribution. Replicate: one sample of every jet.</p>`;
}
