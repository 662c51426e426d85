/** The view of many jets: a file and a model in, spectra and closures that grow, files out. */
import { STAGES_OF_TASK } from '../../src/model/tasks.js';
import type { Report } from '../../src/studies/summarise.js';
import { verdictWord } from '../../src/studies/verdict.js';
import { byId, saveFile, show } from '../dom.js';
import type { PredictionFormat } from '../engine/api.js';
import { type Engine, startEngine } from '../engine/start.js';
import type { Link } from '../link.js';
import { modelSelect, type Shelf, type ShelfModel } from '../models/shelf.js';
import { grouped } from '../variables.js';
import { jetsInput } from './jets-input.js';
import type { StudyRequest } from './request.js';
import { resultsPlace } from './results.js';
import { runControls } from './run.js';
import { studyForm } from './study-form.js';

export function openJetsView(link: Link, shelf: Shelf): void {
  const fault = byId('jets-error', HTMLElement);
  const misfit = byId('jets-misfit', HTMLElement);
  const live = byId('jets-live', HTMLElement);
  let started: Engine | undefined;
  /** The engine of this view: a study goes on while sliders move in the other. */
  const engine = () => (started ??= startEngine());
  const controls = runControls((held) => void engine().call('hold', held));
  const form = studyForm(link);
  modelSelect(byId('jets-model', HTMLSelectElement), link, shelf, false);
  const results = resultsPlace(complain, savePredictions);
  const input = jetsInput(
    link,
    engine,
    () => controls.running,
    () => {
      shown = undefined;
      results.repeatable(false);
      checkFit();
    },
  );
  /** What the report on the screen was made of, while its jets are still there. */
  let shown: { readonly model: ShelfModel; readonly request: StudyRequest } | undefined;

  function complain(message: string): void {
    fault.textContent = message;
    show(fault, message !== '');
  }

  /** Whether the jets serve the model's task; says so where they do not. */
  function checkFit(): void {
    const task = shelf.find(link.state.model)?.task;
    const { jets } = input;
    const stages = task && STAGES_OF_TASK[task];
    const missing =
      jets && stages ? [stages.input, stages.target].filter((stage) => !jets.stages.includes(stage)) : [];
    controls.ready(jets !== undefined && stages !== undefined && missing.length === 0);
    show(misfit, missing.length > 0);
    if (missing.length > 0)
      misfit.textContent = `${jets!.name} has no ${missing.join(' and no ')} jets; a study of ${task} compares predictions from ${stages!.input} jets with true ${stages!.target} jets. Choose a model of the other task, or another file.`;
  }

  async function study(): Promise<void> {
    const request = form.request(input.jets!.jets);
    if (!request) return;
    const model = shelf.find(link.state.model)!;
    complain('');
    try {
      const finished = await controls.run('Loading the model …', async (signal) => {
        await engine().call('open', model.source, { signal });
        return engine().call('study', request, {
          signal,
          onEvent({ done, jets, predictionsPerSecond, report, tested, hashed }) {
            if (hashed !== undefined)
              controls.progress(hashed, 1, `Reading the whole file for its checksum: ${percent(hashed)}`);
            else if (tested !== undefined)
              controls.progress(tested, 1, `All jets done. Joint tests: ${percent(tested)}`);
            else controls.progress(done, jets, wordsOnTheWay(done, request, predictionsPerSecond));
            if (!report) return;
            // Of a report that still grows there are no predictions to save yet.
            shown = undefined;
            results.repeatable(false);
            results.update(report, false);
          },
        });
      });
      if (!finished) return;
      const { report, done } = finished;
      shown = { model, request: { ...request, jets: done } };
      results.update(report, true);
      results.repeatable(true);
      const words = wordsAtTheEnd(done, request, report);
      controls.progress(done, request.jets, words);
      live.textContent = `Study done. ${words} ${verdictWord(report.verdict)}.`;
    } catch (error) {
      complain(`The study stopped: ${(error as Error).message}`);
    }
  }

  async function savePredictions(format: PredictionFormat): Promise<void> {
    if (!shown || controls.running) return;
    const { request, model } = shown;
    const name = `predictions-${model.name}.${format}`;
    complain('');
    try {
      const blob = await controls.run('Writing predictions …', async (signal) => {
        await engine().call('open', model.source, { signal });
        const onEvent = (done: number) =>
          controls.progress(
            done,
            request.jets,
            `Writing predictions: ${grouped(done)} of ${grouped(request.jets)} jets`,
          );
        return engine().call('predictions', { ...request, format }, { signal, onEvent });
      });
      if (!blob) return;
      saveFile(blob, name);
      controls.progress(1, 1, `${name}: ${(blob.size / 1e6).toFixed(1)} MB.`);
    } catch (error) {
      complain(`The predictions cannot be written: ${(error as Error).message}`);
    }
  }

  byId('jets-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    if (!byId('jets-start', HTMLButtonElement).disabled) void study();
  });
  link.onChange(checkFit);
  shelf.onChange(checkFit);
  checkFit();
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function wordsOnTheWay(done: number, { jets, samples }: StudyRequest, perSecond: number): string {
  const left = ((jets - done) * samples) / perSecond;
  return `${grouped(done)} of ${grouped(jets)} jets × ${grouped(samples)} samples; ${grouped(perSecond)} predictions a second; ${left < 1.5 ? 'a second' : `${Math.round(left)} s`} left`;
}

function wordsAtTheEnd(done: number, { jets, samples }: StudyRequest, { throughput }: Report): string {
  const counted =
    done < jets ? `Stopped after ${grouped(done)} of ${grouped(jets)} jets` : `${grouped(done)} jets`;
  return `${counted} × ${grouped(samples)} samples in ${throughput.seconds.toFixed(1)} s, ${grouped(throughput.predictionsPerSecond)} predictions a second.`;
}
