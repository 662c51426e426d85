/** A list of the models of one task to choose from. */
import type { Task } from '../../src/model/tasks.js';
import { element } from '../dom.js';
import type { Link } from '../link.js';
import type { Shelf } from './shelf.js';

/** Fills the list and keeps it in step with shelf and state. @param task those of this task alone, where given. */
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
