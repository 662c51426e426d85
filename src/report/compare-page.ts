/** compare.html: several models on the same jets, in one page that opens offline. */
import { UNITS, VARIABLES } from '../jets/columns.js';
import type { Report } from '../studies/summarise.js';
import type { ComparedGroup, ComparedRow, ComparedValue, Comparison } from './comparison.js';
import { renderFigure } from './figure.js';
import { closureModelsFigure } from './figures/ecdf.js';
import { responseFigures } from './figures/response.js';
import { type DrawnModel, spectrumFigure } from './figures/spectrum.js';
import { grouped, SYMBOLS, signed, taskLine } from './labels.js';
import { contents, sectionHtml } from './page.js';
import { responseCaption, responseRows, type Section } from './sections.js';
import { standalonePage } from './style.js';
import { decimalsFor } from './tables.js';
import { escapeText, typesetHtml } from './typeset.js';

/** Okabe and Ito's, one a model. */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9'] as const;
/** Models that a figure still tells apart. */
export const MOST_MODELS = COLOURS.length;

/** Each kind of number: what it is called, and in which unit, markup. */
const GROUPS: Readonly<
  Record<ComparedGroup, { readonly title: string; readonly percent?: true; readonly unit?: true }>
> = {
  scale: { title: 'Scale: mean |predicted / true − 1| [%]', percent: true },
  resolution: { title: 'Resolution: mean |predicted / true − 1| [%]', percent: true },
  crps: { title: 'CRPS', unit: true },
  energyScore: { title: 'Energy score of all four' },
  medianError: { title: 'Average error of the median', unit: true },
  medianErrorSd: { title: 'SD of the error of the median', unit: true },
  closureDistance: { title: 'Closure: Kolmogorov distance' },
  aucMinusHalf: { title: 'Classifier: AUC − 1/2' },
  multiplications: { title: 'Multiplications a jet' },
};

/** @param reports in the order of the comparison's models. */
export async function compareHtml(comparison: Comparison, reports: readonly Report[]): Promise<string> {
  const [first] = reports;
  const models = reports.map(
    (report, i): DrawnModel => ({ name: comparison.models[i].letter, colour: COLOURS[i], report }),
  );
  const draw = async (figures: Parameters<typeof renderFigure>[0][]) => {
    const drawn: string[] = [];
    for (const figure of figures) drawn.push(await renderFigure(figure));
    return drawn;
  };
  const panels = (drawn: readonly string[]) =>
    `<div class="panels">\n${drawn.map((svg) => `<div>${svg}</div>`).join('\n')}\n</div>`;
  const responses = comparison.withoutJoint ? {} : responseFigures(models);
  const names = Object.keys(responses);
  const response = await draw(Object.values(responses).map(({ figure }) => figure));
  const caption = responseCaption(
    first,
    'joint' in first && 'samples' in first.joint ? first.joint.samples : 0,
  );
  const sections: Section[] = [
    { id: 'numbers', title: 'Side by side', body: numbers(comparison) },
    {
      id: 'scale',
      title: 'Scale and resolution',
      body: comparison.withoutJoint
        ? '<p class="note">Not compared: not every report has joint tests, of the same jets. Study all with the same --joint-jets.</p>'
        : `<figcaption>${typesetHtml(caption)}</figcaption>\n${responseRows(names, (name) => response[names.indexOf(name)])}`,
    },
    {
      id: 'spectra',
      title: 'Spectra',
      body: panels(await draw(VARIABLES.map((variable) => spectrumFigure(first, variable, models)))),
    },
    {
      id: 'closure',
      title: 'Closure',
      body: panels(await draw(VARIABLES.map((variable) => closureModelsFigure(models, variable)))),
    },
  ];
  return standalonePage(
    `${comparison.models.map(({ name }) => name).join(', ')}: compared`,
    `<header>
<h1>${comparison.models.length} models on the same jets</h1>
<p class="lead">${taskLine(comparison)}, <b>${escapeText(comparison.input.name)}</b>: ${grouped(comparison.jets)} jets.</p>
</header>
<main>
${modelsTable(comparison)}
${contents(sections)}
${sections.map(sectionHtml).join('\n')}
</main>`,
  );
}

function modelsTable({ models }: Comparison): string {
  const rows = models.map(
    ({ letter, name, sha256, network, samples, verdict, failed, tests, report }, i) =>
      `<tr><th scope="row"><svg width="14" height="12" role="img" aria-label="colour"><rect width="14" height="12" fill="${COLOURS[i]}"/></svg> ${letter}</th>${[
        `${escapeText(name)} (${escapeText(sha256.slice(0, 8))})`,
        escapeText(network),
        `${verdict}: ${failed} of ${tests} tests found a difference`,
        grouped(samples),
        escapeText(report),
      ]
        .map((cell) => `<td>${cell}</td>`)
        .join('')}</tr>`,
  );
  const head = ['', 'model', 'network', 'verdict', 'samples a jet', 'report'];
  return `<div class="table"><table class="words">
<thead><tr>${head.map((text) => `<th scope="col">${text}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`;
}

function numbers({ rows, models, withoutJoint }: Comparison): string {
  const groups = [...new Set(rows.map(({ group }) => group))];
  const body = groups.map((group) => {
    const own = rows.filter((row) => row.group === group);
    const head = `<thead><tr><th scope="col">${typesetHtml(GROUPS[group].title)}</th>${models.map(({ letter }) => `<th scope="col">${letter}</th>`).join('')}</tr></thead>`;
    return `${head}\n<tbody>\n${own.map((row) => `<tr><th scope="row">${typesetHtml(rowName(row))}</th>${cells(row).join('')}</tr>`).join('\n')}\n</tbody>`;
  });
  const missing = withoutJoint
    ? ' Scores, scale, resolution and the classifier are left out, see below.'
    : '';
  return `<div class="table"><table>
${body.join('\n')}
</table></div>
<p class="caption">Nearer to zero is better. Bold: better than every other by more than their standard errors together, those of the differences to the typical jet where these are smaller. The jets are the same, so bold is cautious. Scale and resolution: over bins of ${typesetHtml(SYMBOLS.pt)} in ranges of |${typesetHtml(SYMBOLS.eta)}|, weighted by jets; a right model has about one standard error.${missing}</p>`;
}

function rowName({ group, variable }: ComparedRow): string {
  if (variable === undefined) return 'all four';
  const unit = GROUPS[group].unit && UNITS[variable];
  return unit ? `${SYMBOLS[variable]} [${unit}]` : SYMBOLS[variable];
}

function cells({ group, values, better }: ComparedRow): string[] {
  return valueTexts(group, values).map((text, i) => `<td>${i === better ? `<b>${text}</b>` : text}</td>`);
}

/** `0.1234 ± 0.0012` of each model, the same decimals for all. */
function valueTexts(group: ComparedGroup, values: readonly ComparedValue[]): string[] {
  const scale = GROUPS[group].percent ? 100 : 1;
  const least = Math.min(...values.map(({ error }) => error));
  if (least === 0) return values.map(({ value }) => grouped(value));
  const decimals = decimalsFor(scale * least);
  return values.map(
    ({ value, error }) => `${signed(scale * value, decimals)} ± ${(scale * error).toFixed(decimals)}`,
  );
}

/** The same numbers for a terminal: a name and its cells, a star at the better one. */
export function comparisonRows({ rows }: Comparison): string[][] {
  const plain = (markup: string) => markup.replace(/[*{}]/g, '').replace('_T', 'T');
  return rows.map((row) => {
    const variable = row.variable && ` of ${row.variable}`;
    return [
      `${plain(GROUPS[row.group].title)}${variable ?? ''}`,
      ...valueTexts(row.group, row.values).map((text, i) => (i === row.better ? `* ${text}` : text)),
    ];
  });
}
