/** The model in use by the view of one jet: opened when the state names another one. */
import type { ModelCard } from '../../src/model/card.js';
import { element, show } from '../dom.js';
import type { Engine } from '../engine/start.js';
import type { Link } from '../link.js';
import type { Shelf } from './shelf.js';

export interface CurrentModel {
  /** Whether another one is on its way: what the engine says meanwhile is the old one's answer. */
  readonly loading: boolean;
  /** Calls back when another model is ready. */
  onReady(listener: (card: ModelCard) => void): void;
}

/** @param place where it is said that a model cannot be used. */
export function currentModel(link: Link, shelf: Shelf, engine: Engine, place: HTMLElement): CurrentModel {
  const listeners: ((card: ModelCard) => void)[] = [];
  let asked: string | undefined;
  /** The engine opens one model after the other: which one stays must not depend on which is larger. */
  let last: Promise<unknown> = Promise.resolve();
  let loading = true;
  /** Whether what `place` says is that the last model could not be opened. */
  let failed = false;

  async function follow(): Promise<void> {
    const { model: name } = link.state;
    if (name === asked) return;
    const model = shelf.find(name);
    if (!model) {
      const fallback = shelf.models[0]!.name;
      say(
        `There is no model “${name}” here. A bundle of one’s own must be dropped under Models again; now in use: ${fallback}.`,
      );
      link.update({ model: fallback });
      return;
    }
    asked = name;
    loading = true;
    try {
      const opening = last.then(() => (asked === name ? engine.call('open', model.source) : undefined));
      last = opening.catch(() => {});
      const opened = await opening;
      if (!opened || asked !== name) return;
      if (failed) show(place, false);
      failed = false;
      loading = false;
      for (const listener of listeners) listener(opened.card);
    } catch (error) {
      if (asked !== name) return;
      loading = false;
      failed = true;
      say(`The model cannot be used: ${(error as Error).message}`, () => {
        asked = undefined;
        engine.restart();
        void follow();
      });
    }
  }

  function say(message: string, again?: () => void): void {
    const parts: (Node | string)[] = [message];
    if (again) {
      const button = element('button', { type: 'button', class: 'small' }, 'Try again');
      button.addEventListener('click', () => {
        show(place, false);
        again();
      });
      parts.push(' ', button);
    }
    place.replaceChildren(...parts);
    show(place, true);
  }

  link.onChange(() => void follow());
  void follow();
  return {
    get loading() {
      return loading;
    },
    onReady: (listener) => void listeners.push(listener),
  };
}
