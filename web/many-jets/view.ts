/** The view of many jets: a file and a model in, spectra and closures that grow, files out. */

import { STAGES_OF_TASK } from '../../src/model/tasks.js';
import type { Report } from '../../src/report/report.js';
import { byId, element, show } from '../dom.js';
import type { JetsSummary, PredictionFormat } from '../engine/api.js';
import { type Engine, startEngine } from '../engine/start.js';
import { fileDrop } from '../file-drop.js';
import type { Link } from '../link.js';
import { modelSelect } from '../models/model-select.js';
import type { Shelf } from '../models/shelf.js';
import { saveFile } from '../save-file.js';
import { grouped } from '../variables.js';
import { reportFigures } from './report-figures.js';
import { reportTable } from './report-table.js';
import { runControls } from './run.js';
import { studyForm } from './study-form.js';
import { summaryWords } from './summary-words.js';

export function openJetsView(link: Link, shelf: Shelf): void {
  const fault = byId('jets-error', HTMLElement);
  const live = byId('jets-live', HTMLElement);
  const summary = byId('jets-summary', HTMLElement);
  let started: Engine | undefined;
  /** The engine of this view: a study goes on while sliders move in the other. */
  const engine = () => (started ??= startEngine());
  const controls = runControls((held) => void engine().call('hold', held));
  const form = studyForm(link);
  modelSelect(byId('jets-model', HTMLSelectElement), link, shelf, false);
  const results = resultsPlace(complain, savePredictions);
  let jets: JetsSummary | undefined;
  /** What the report on the screen was made of. */
  let shown: { model: string; request: ReturnType<typeof form.request> } | undefined;

  function complain(message: string): void {
    fault.textContent = message;
    show(fault, message !== '');
  }

  async function read(blob: Blob, name: string): Promise<void> {
    if (controls.running) {
      complain('A study is running: cancel it before another file is read.');
      return;
    }
    complain('');
    summary.replaceChildren(`Reading ${name} …`);
    try {
      jets = await engine().call(
        'readJets',
        { blob, name },
        { onEvent: (count) => summary.replaceChildren(`Reading ${name}: ${grouped(count)} jets …`) },
      );
      shown = undefined;
      summary.replaceChildren(...summaryWords(jets));
    } catch (error) {
      summary.replaceChildren(jets ? element('p', {}, `Still here: ${jets.name}.`) : '');
      complain(`${(error as Error).message}`);
    }
    fit();
  }

  /** Whether the jets serve the model's task; says so where they do not. */
  function fit(): void {
    const task = shelf.find(link.state.model)?.task;
    if (!jets || !task) {
      controls.ready(false);
      return;
    }
    const { input, target } = STAGES_OF_TASK[task];
    const missing = [input, target].filter((stage) => !jets!.stages.includes(stage));
    controls.ready(missing.length === 0);
    if (missing.length > 0)
      complain(
        `${jets.name} has no ${missing.join(' and no ')} jets; a study of ${task} compares predictions from ${input} jets with true ${target} jets. Choose a model of the other task, or another file.`,
      );
    else if (fault.textContent?.includes('compares predictions')) complain('');
  }

  async function start(): Promise<void> {
    complain('');
    const request = form.request(jets!.jets);
    if (!request) return;
    const model = shelf.find(link.state.model)!;
    try {
      const finished = await controls.run('Loading the model …', async (signal) => {
        await engine().call('open', model.source, { signal });
        results.begin();
        const result = await engine().call('study', request, {
          signal,
          onEvent({ done, jets: all, predictionsPerSecond, report }) {
            controls.progress(done, all, words(done, all, request.samples, predictionsPerSecond));
            if (report) results.update(report);
          },
        });
        return result;
      });
      if (!finished) return;
      shown = { model: model.name, request: { ...request, jets: finished.done } };
      results.update(finished.report);
      results.done(finished.done < request.jets);
      const { predictionsPerSecond, seconds } = finished.report.throughput;
      const stopped =
        finished.done < request.jets
          ? `Stopped after ${grouped(finished.done)} of ${grouped(request.jets)} jets`
          : `${grouped(finished.done)} jets`;
      const text = `${stopped} × ${grouped(request.samples)} samples in ${seconds.toFixed(1)} s, ${grouped(predictionsPerSecond)} predictions a second.`;
      controls.progress(finished.done, request.jets, text);
      live.textContent = `Study done. ${text} ${finished.report.verdict.passed ? 'The closures pass.' : 'The closures fail.'}`;
    } catch (error) {
      complain(`The study stopped: ${(error as Error).message}`);
    }
  }

  async function savePredictions(format: PredictionFormat): Promise<void> {
    if (!shown?.request || controls.running) return;
    const { request, model } = shown;
    complain('');
    try {
      const blob = await controls.run('Writing predictions …', async (signal) => {
        await engine().call('open', shelf.find(model)!.source, { signal });
        return engine().call(
          'predictions',
          { ...request, format },
          {
            signal,
            onEvent: (done) =>
              controls.progress(
                done,
                request.jets,
                `Writing predictions: ${grouped(done)} of ${grouped(request.jets)} jets`,
              ),
          },
        );
      });
      if (!blob) return;
      saveFile(blob, `predictions-${model}.${format}`);
      controls.progress(1, 1, `predictions-${model}.${format}: ${(blob.size / 1e6).toFixed(1)} MB.`);
    } catch (error) {
      complain(`The predictions cannot be written: ${(error as Error).message}`);
    }
  }

  fileDrop(
    byId('jets-drop', HTMLElement),
    byId('view-jets', HTMLElement),
    {
      prompt: 'Drop a file of jets, or choose one',
      hint: 'NanoAOD, Parquet, CSV or Arrow, up to 100 MB',
      multiple: false,
    },
    ([file, ...more]) => {
      if (more.length > 0) complain('One file at a time: join them with `jet-iqn convert`.');
      else void read(file!, file!.name);
    },
  );
  byId('jets-sample', HTMLButtonElement).addEventListener('click', async () => {
    const name = 'jets-sample.parquet';
    summary.replaceChildren('Loading the sample …');
    try {
      const response = await fetch(new URL(`models/${name}`, document.baseURI));
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      await read(await response.blob(), name);
    } catch (error) {
      summary.replaceChildren('');
      complain(
        `The sample cannot be loaded (${(error as Error).message}). Check the connection and try again.`,
      );
    }
  });
  byId('jets-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    if (!byId('jets-start', HTMLButtonElement).disabled) void start();
  });
  link.onChange(fit);
  shelf.onChange(fit);
  fit();
}

function words(done: number, all: number, samples: number, perSecond: number): string {
  const left = ((all - done) * samples) / perSecond;
  return `${grouped(done)} of ${grouped(all)} jets × ${grouped(samples)} samples; ${grouped(perSecond)} predictions a second; ${left < 1.5 ? 'a second' : `${Math.round(left)} s`} left`;
}

interface ResultsPlace {
  begin(): void;
  update(report: Report): void;
  done(partial: boolean): void;
}

/** Figures, table and files, made when there is something to show. */
function resultsPlace(
  complain: (message: string) => void,
  save: (format: PredictionFormat) => void,
): ResultsPlace {
  const place = byId('jets-results', HTMLElement);
  const empty = byId('jets-empty', HTMLElement);
  const files = element('div', { class: 'panel files-row' });
  const table = element('div', { class: 'panel' });
  const figures = element('div', { class: 'pairs' });
  place.append(keyList(), table, files, figures);
  const button = (text: string, act: () => void) => {
    const made = element('button', { type: 'button', disabled: true }, text);
    made.addEventListener('click', act);
    return made;
  };
  const buttons = [
    button('Predictions as Parquet', () => save('parquet')),
    button('Predictions as CSV', () => save('csv')),
    button(
      'Report as JSON',
      () =>
        last &&
        saveFile(new Blob([JSON.stringify(last, null, 2)], { type: 'application/json' }), 'report.json'),
    ),
  ];
  files.append(element('span', {}, 'Download'), ...buttons);
  let drawn: { figures: ReturnType<typeof reportFigures>; table: ReturnType<typeof reportTable> } | undefined;
  let last: Report | undefined;
  const enable = (enabled: boolean) => {
    for (const each of buttons) each.disabled = !enabled;
  };
  return {
    begin: () => enable(false),
    update(report) {
      last = report;
      show(empty, false);
      show(place, true);
      drawn ??= { figures: reportFigures(figures, complain), table: reportTable(table) };
      drawn.figures.update(report);
      drawn.table.update(report);
    },
    done: () => enable(true),
  };
}

function keyList(): HTMLElement {
  const entry = (swatch: string, text: string) =>
    element('li', {}, element('span', { class: `swatch ${swatch}` }), text);
  return element(
    'ul',
    { class: 'key', 'aria-label': 'Key to the charts' },
    entry('dot', 'true jets, with 68 % intervals'),
    entry('curve', 'predicted median; closure'),
    entry('samples', '68 % of the replicates'),
    entry('inner', 'a bin of a right model, 68 %'),
    entry('outer', 'and all its bins, 95 %'),
  );
}
