/** The spectra and closures of a report, live: a pair of figures for each variable, each with its file buttons. */
import { UNITS, VARIABLES, type Variable } from '../../src/jets/columns.js';
import { countTitle } from '../../src/report/figures/spectrum-bins.js';
import type { Report } from '../../src/studies/summarise.js';
import { closureChart } from '../charts/closure-chart.js';
import { spectrumChart } from '../charts/spectrum-chart.js';
import { element, saveFile } from '../dom.js';
import { pText, SPOKEN, symbol } from '../variables.js';
import { type FigureKind, figurePng, figureSvg } from './figure-files.js';

export interface ReportFigures {
  update(report: Report): void;
}

/** @param onFault told in words why a file cannot be made. */
export function reportFigures(place: HTMLElement, onFault: (message: string) => void): ReportFigures {
  let report: Report | undefined;
  const download = (kind: FigureKind, variable: Variable) => (format: 'svg' | 'png') => async () => {
    if (!report) return;
    try {
      const blob = await (format === 'svg' ? figureSvg : figurePng)(report, kind, variable);
      saveFile(blob, `${kind}-${variable}.${format}`);
    } catch (error) {
      onFault(`The figure cannot be made: ${(error as Error).message}`);
    }
  };
  const pairs = VARIABLES.map((variable) => {
    const spectrum = card(variable, 'spectrum', download('spectrum', variable));
    const closure = card(variable, 'closure', download('closure', variable));
    place.append(spectrum.root, closure.root);
    const charts = {
      spectrum: spectrumChart(spectrum.canvas, variable),
      closure: closureChart(closure.canvas),
    };
    return { variable, spectrum, closure, charts };
  });
  return {
    update(next) {
      report = next;
      for (const { variable, spectrum, closure, charts } of pairs) {
        const part = next.variables[variable];
        charts.spectrum.update(part.marginal);
        charts.closure.update(part.closure);
        spectrum.title.replaceChildren(`${countTitle(part.marginal.edges, variable)}, and ratio to true`);
        spectrum.describe(
          `Spectrum of ${SPOKEN[variable]}: p-value among the replicates ${pText(part.spectrum.ks)}`,
        );
        closure.title.replaceChildren(
          `Density of jets; KS distance ${part.closure.ks.toPrecision(2)}, p ${pText(part.closure.pValue)}`,
        );
        closure.describe(
          `Closure of ${SPOKEN[variable]}: Kolmogorov distance ${part.closure.ks.toPrecision(2)}, p-value ${pText(part.closure.pValue)}`,
        );
      }
    },
  };
}

function card(variable: Variable, kind: FigureKind, download: (format: 'svg' | 'png') => () => void) {
  const what = kind === 'spectrum' ? 'Spectrum' : 'Closure';
  const title = element('span', { class: 'hint' });
  const canvas = element('div', { role: 'img' });
  const button = (format: 'svg' | 'png') => {
    const made = element(
      'button',
      {
        type: 'button',
        class: 'small',
        'aria-label': `${what} of ${SPOKEN[variable]} as ${format.toUpperCase()}`,
      },
      format.toUpperCase(),
    );
    made.addEventListener('click', download(format));
    return made;
  };
  const below: (Node | string)[] =
    kind === 'spectrum'
      ? [symbol(variable), UNITS[variable] && ` [${UNITS[variable]}]`]
      : ['quantile of the true ', symbol(variable), ' among the samples'];
  const root = element(
    'figure',
    { class: 'panel chart', id: `${kind}-${variable}` },
    element(
      'figcaption',
      {},
      element('span', { class: 'what' }, `${what} of `, symbol(variable)),
      element('span', { class: 'files' }, button('svg'), button('png')),
    ),
    title,
    canvas,
    element('p', { class: 'axis-title' }, ...below),
  );
  return { root, canvas, title, describe: (text: string) => canvas.setAttribute('aria-label', text) };
}
