/** The jets of a study: a file dropped or chosen, or one beside the page that the link names; the newest one wins. */
import { byId, element, show } from '../dom.js';
import type { JetsSummary } from '../engine/api.js';
import type { Engine } from '../engine/start.js';
import { fileDrop } from '../file-drop.js';
import type { Link } from '../link.js';
import { grouped } from '../variables.js';
import type { JetsPlace } from './sources.js';

export interface JetsInput {
  /** The jets that the engine holds; undefined where there are none, or while others are read. */
  readonly jets: JetsSummary | undefined;
}

/**
 * @param busy whether a study runs, which reads the jets.
 * @param onChange called when jets come or go.
 */
export function jetsInput(
  link: Link,
  engine: () => Engine,
  busy: () => boolean,
  onChange: () => void,
): JetsInput {
  const summary = byId('jets-summary', HTMLElement);
  const fault = byId('jets-file-error', HTMLElement);
  let jets: JetsSummary | undefined;
  let reading: AbortController | undefined;

  function complain(message: string): void {
    fault.textContent = message;
    show(fault, message !== '');
  }

  async function read(name: string, place: JetsPlace): Promise<void> {
    if (busy()) {
      complain('A study is running: cancel it before another file is read.');
      return;
    }
    complain('');
    reading?.abort();
    const controller = new AbortController();
    reading = controller;
    const { signal } = controller;
    const before = jets;
    jets = undefined;
    onChange();
    summary.replaceChildren(`Reading ${name} …`);
    try {
      jets = await engine().call(
        'readJets',
        { place, name },
        { signal, onEvent: (count) => summary.replaceChildren(`Reading ${name}: ${grouped(count)} jets …`) },
      );
      summary.replaceChildren(...summaryWords(jets));
    } catch (error) {
      if (signal.aborted) return;
      // The engine keeps its table until another one is complete.
      jets = before;
      summary.replaceChildren(before ? element('p', {}, `Still here: ${before.name}.`) : '');
      complain((error as Error).message);
    }
    onChange();
  }

  fileDrop(
    byId('jets-drop', HTMLElement),
    byId('view-jets', HTMLElement),
    {
      prompt: 'Drop a file of jets, or choose one',
      hint: 'ROOT (NanoAOD, Delphes), Parquet, CSV or Arrow, of any size',
      multiple: false,
    },
    ([file, ...more]) => {
      if (more.length > 0) {
        complain('One file at a time: join them with `jet-iqn convert`.');
        return;
      }
      asked = undefined;
      link.update({ file: undefined });
      void read(file!.name, file!);
    },
  );

  /** The file of the link that was last read. */
  let asked: string | undefined;
  const follow = () => {
    const { view, file } = link.state;
    if (view !== 'jets' || file === undefined || file === asked) return;
    asked = file;
    const url = new URL(file, document.baseURI);
    if (url.origin === location.origin)
      void read(decodeURIComponent(url.pathname.split('/').at(-1)!), url.href);
    else
      complain(
        `A link may only name a file beside the page, not one of ${url.host}: load it, then drop it here.`,
      );
  };
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-file]')) {
    button.addEventListener('click', () => {
      // Again, where it failed before.
      asked = undefined;
      link.update({ file: button.dataset.file });
    });
  }
  link.onChange(follow);
  // Once whoever is told of the jets has what is returned here.
  queueMicrotask(follow);
  return {
    get jets() {
      return jets;
    },
  };
}

/** What was read from a file, and what was left out, in words. */
function summaryWords({ name, jets, stages, dropped, warnings }: JetsSummary): HTMLElement[] {
  const parts = [
    element('p', {}, element('strong', {}, name), ` holds ${grouped(jets)} jets: ${stages.join(', ')}.`),
  ];
  const left = Object.entries(dropped);
  if (left.length > 0)
    parts.push(
      element(
        'p',
        { class: 'hint' },
        `Left out: ${left.map(([reason, count]) => `${count} (${reason})`).join(', ')}.`,
      ),
    );
  for (const warning of warnings) parts.push(element('p', { class: 'hint' }, `${warning}.`));
  return parts;
}
