/** The view of models: a card each, those of one's own dropped beside them. */
import { byId, element, show } from '../dom.js';
import type { Engine } from '../engine/start.js';
import { fileDrop } from '../file-drop.js';
import type { Link } from '../link.js';
import { cardDetails } from './card-details.js';
import type { Shelf, ShelfModel } from './shelf.js';

export function openModelsView(link: Link, shelf: Shelf, engine: Engine): void {
  const list = byId('models-list', HTMLElement);
  const error = byId('models-error', HTMLElement);
  const status = byId('models-status', HTMLElement);
  const items = new Map<string, ReturnType<typeof shelfItem>>();

  function fill(): void {
    for (const model of shelf.models) {
      if (items.has(model.name)) continue;
      const item = shelfItem(model, link, engine);
      items.set(model.name, item);
      list.append(item.root);
    }
    for (const [name, item] of items) item.mark(name === link.state.model);
  }

  fileDrop(
    byId('models-drop', HTMLElement),
    byId('view-models', HTMLElement),
    {
      prompt: 'Drop a bundle’s files or folder, or choose them',
      hint: 'all its files together',
      multiple: true,
      accept: '.onnx,.json',
    },
    async (files) => {
      show(error, false);
      status.textContent = 'Checking the bundle …';
      try {
        const opened = await engine.call('inspect', { kind: 'files', name: 'The bundle', files });
        const model = shelf.add(opened, files);
        status.textContent = `${model.name} (${model.task}) is checked and on the shelf.`;
        items.get(model.name)?.open();
      } catch (fault) {
        status.textContent = '';
        error.textContent = (fault as Error).message;
        show(error, true);
      }
    },
  );
  shelf.onChange(fill);
  link.onChange(fill);
  fill();

  // The card of the model in use is what most come for.
  let first = true;
  link.onChange(({ view, model }) => {
    if (view !== 'models' || !first) return;
    first = false;
    items.get(model)?.open();
  });
  if (link.state.view === 'models') {
    first = false;
    items.get(link.state.model)?.open();
  }
}

function shelfItem(model: ShelfModel, link: Link, engine: Engine) {
  const { name, task, source, intendedUse, network } = model;
  const use = element('button', { type: 'button' }, 'Use it');
  use.setAttribute('aria-label', `Use it: ${name}`);
  use.addEventListener('click', () => link.update({ model: name, view: 'jet' }));
  const place = element('div', {});
  const details = element('details', {}, element('summary', {}, 'Card and checksums'), place);
  const inUse = element('span', { class: 'badge' }, 'in use');
  const root = element(
    'li',
    { class: 'panel' },
    element(
      'div',
      { class: 'shelf-head' },
      element('h3', {}, name),
      element(
        'span',
        { class: 'badge task' },
        task === 'simulation' ? 'simulation: gen → reco' : 'correction: raw → gen',
      ),
      element('span', { class: 'badge' }, network === 'paper' ? 'the paper’s network' : 'amortised network'),
      ...(source.kind === 'files' ? [element('span', { class: 'badge' }, 'your own')] : []),
      inUse,
      use,
    ),
    element('p', {}, intendedUse),
    details,
  );
  let asked = false;
  details.addEventListener('toggle', async () => {
    if (!details.open || asked) return;
    asked = true;
    place.replaceChildren(element('p', { class: 'hint', role: 'status' }, 'Loading and checking …'));
    try {
      place.replaceChildren(cardDetails(await engine.call('inspect', source)));
    } catch (fault) {
      asked = false;
      place.replaceChildren(
        element(
          'p',
          { class: 'error', role: 'alert' },
          `${(fault as Error).message} Close and open this to try again.`,
        ),
      );
    }
  });
  return {
    root,
    mark: (current: boolean) => {
      show(inUse, current);
    },
    open: () => {
      details.open = true;
    },
  };
}
