/** The controls of one jet: task, model, presets, sliders, samples and seed, a jet of the sample. */
import { byVariable } from '../../src/jets/columns.js';
import type { ModelCard } from '../../src/model/card.js';
import type { Task } from '../../src/model/tasks.js';
import { byId, element, show } from '../dom.js';
import type { Engine } from '../engine/start.js';
import type { Link } from '../link.js';
import { modelSelect, type Shelf } from '../models/shelf.js';
import { COUNTS, type PageState } from '../state.js';
import { inputColumns } from './columns.js';
import { type KnownAnswer, sampleControls } from './sample-controls.js';
import { type Slider, slider } from './slider.js';

export interface JetForm {
  /** Makes the sliders that a model needs. */
  fit(card: ModelCard): void;
  /** What is known of the answer of a task, while the input is a jet of the sample. */
  truth(task: Task): KnownAnswer | undefined;
}

export function jetForm(link: Link, shelf: Shelf, engine: Engine, onTruth: () => void): JetForm {
  const place = byId('jet-sliders', HTMLElement);
  const sliders = new Map<string, Slider>();
  const status = byId('jet-status', HTMLElement);
  byId('jet-form', HTMLFormElement).addEventListener('submit', (event) => event.preventDefault());
  modelSelect(byId('jet-model', HTMLSelectElement), link, shelf);
  connectTasks(link, shelf);
  // Where there is room nothing is folded away.
  byId('jet-more', HTMLDetailsElement).open = matchMedia('(min-width: 60rem)').matches;
  connectCounts(link);
  connectPresets(link);
  const sample = sampleControls(link, shelf, engine, status, onTruth);
  let shown: Record<string, number> = {};

  const follow = ({ jet }: Readonly<PageState>) => {
    for (const [name, each] of sliders) {
      // What was typed stays as it was typed.
      if (jet[name] !== undefined && jet[name] !== shown[name]) each.set(jet[name]);
    }
    shown = { ...jet };
  };
  link.onChange(follow);

  return {
    fit(card) {
      const columns = inputColumns(card);
      const jet = { ...link.state.jet };
      for (const { name, start } of columns) jet[name] ??= Number(start.toPrecision(4));
      const names = columns.map(({ name }) => name).join();
      const task = card.task;
      if (place.dataset.columns !== `${names} ${task}`) {
        place.dataset.columns = `${names} ${task}`;
        sliders.clear();
        for (const column of columns) {
          sliders.set(
            column.name,
            slider(column, jet[column.name]!, (value) => {
              shown[column.name] = value;
              link.update({ jet: { ...link.state.jet, [column.name]: value }, sampleJet: undefined });
            }),
          );
        }
        place.replaceChildren(...[...sliders.values()].map(({ root }) => root));
      }
      link.update({ jet });
    },
    truth: sample.truth,
  };
}

function connectTasks(link: Link, shelf: Shelf): void {
  const radios = [...document.querySelectorAll<HTMLInputElement>('#task-choice input')];
  const follow = () => {
    const task = shelf.find(link.state.model)?.task;
    for (const radio of radios) radio.checked = radio.value === task;
  };
  for (const radio of radios) {
    radio.addEventListener('change', () => {
      const model = shelf.first(radio.value as Task);
      if (model) link.update({ model: model.name });
    });
  }
  link.onChange(follow);
  follow();
}

/** Jets to begin with, as `data-preset` has them: pt, eta, phi, mass. */
function connectPresets(link: Link): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-preset]')) {
    const values = button.dataset.preset!.split(',').map(Number);
    button.addEventListener('click', () =>
      link.update({
        jet: { ...link.state.jet, ...byVariable((_, k) => values[k]!) },
        sampleJet: undefined,
      }),
    );
  }
}

function connectCounts(link: Link): void {
  const samples = byId('jet-samples', HTMLSelectElement);
  const seed = byId('jet-seed', HTMLInputElement);
  const error = byId('jet-seed-error', HTMLElement);
  const follow = ({ jetSamples, seed: value }: Readonly<PageState>) => {
    // A link may ask for any number.
    if (![...samples.options].some((option) => option.value === String(jetSamples)))
      samples.append(element('option', {}, String(jetSamples)));
    samples.value = String(jetSamples);
    if (Number(seed.value) !== value || seed.value === '') seed.value = String(value);
  };
  samples.addEventListener('change', () => link.update({ jetSamples: Number(samples.value) }));
  seed.addEventListener('change', () => {
    const value = Number(seed.value);
    const valid = seed.value !== '' && Number.isSafeInteger(value) && value >= COUNTS.seed[0];
    error.textContent = 'The seed must be a whole number, 0 or more.';
    show(error, !valid);
    if (valid) link.update({ seed: value });
  });
  link.onChange(follow);
  follow(link.state);
}
