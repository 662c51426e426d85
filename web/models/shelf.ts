/** The models to choose from: those that the site ships, and bundles that somebody dropped here. */
import type { NetworkSpec } from '../../src/model/network-spec.js';
import type { Task } from '../../src/model/tasks.js';
import { element } from '../dom.js';
import type { OpenedModel } from '../engine/api.js';
import type { Link } from '../link.js';
import type { ModelSource } from './model-source.js';

export interface ShelfModel {
  readonly name: string;
  readonly task: Task;
  readonly intendedUse: string;
  readonly network: NetworkSpec['kind'];
  readonly source: ModelSource;
}

export interface Shelf {
  readonly models: readonly ShelfModel[];
  find(name: string): ShelfModel | undefined;
  /** The first model of a task. */
  first(task: Task): ShelfModel | undefined;
  /** Puts a dropped bundle on the shelf, under a name that nothing else there has. */
  add(opened: OpenedModel, files: readonly File[]): ShelfModel;
  onChange(listener: () => void): void;
}

/** @throws Error in words where the list cannot be had. */
export async function openShelf(): Promise<Shelf> {
  const base = new URL('models/', document.baseURI).href;
  const shipped = await fetchList(`${base}list.json`);
  const models: ShelfModel[] = shipped.map((model) => ({
    ...model,
    source: { kind: 'shipped', name: model.name, url: `${base}${model.name}` },
  }));
  const listeners: (() => void)[] = [];
  const find = (name: string) => models.find((model) => model.name === name);
  return {
    models,
    find,
    first: (task) => models.find((model) => model.task === task),
    add({ card }, files) {
      let name = card.name;
      for (let i = 2; find(name); i++) name = `${card.name} (${i})`;
      const model: ShelfModel = {
        name,
        task: card.task,
        intendedUse: card.intendedUse,
        network: card.network.kind,
        source: { kind: 'files', name, files },
      };
      models.push(model);
      for (const listener of listeners) listener();
      return model;
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

async function fetchList(url: string): Promise<Omit<ShelfModel, 'source'>[]> {
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return await response.json();
  } catch (error) {
    throw new Error(
      `The list of models cannot be loaded (${(error as Error).message}). Check the connection and reload the page.`,
    );
  }
}

/** Fills the list and keeps it in step with shelf and state. @param task only those of this task, where given. */
export function modelSelect(select: HTMLSelectElement, link: Link, shelf: Shelf, ofTask = true): void {
  let filled = '';
  const fill = () => {
    const task: Task | undefined = ofTask ? shelf.find(link.state.model)?.task : undefined;
    // Called with every move of a slider.
    const wanted = `${link.state.model} ${shelf.models.length}`;
    if (wanted === filled) return;
    filled = wanted;
    const models = shelf.models.filter((model) => !task || model.task === task);
    select.replaceChildren(
      ...models.map(({ name, source }) =>
        element('option', { value: name }, source.kind === 'files' ? `${name} (your own)` : name),
      ),
    );
    select.value = link.state.model;
  };
  fill();
  shelf.onChange(fill);
  link.onChange(fill);
  select.addEventListener('change', () => link.update({ model: select.value }));
}
