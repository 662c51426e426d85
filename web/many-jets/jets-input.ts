/** The jets of a study: a file dropped or chosen, or the sample that ships; the newest one wins. */
import { byId, element, show } from '../dom.js';
import type { JetsSummary } from '../engine/api.js';
import type { Engine } from '../engine/start.js';
import { fileDrop } from '../file-drop.js';
import { grouped } from '../variables.js';

const SAMPLE = 'jets-sample.parquet';

export interface JetsInput {
  /** The jets that the engine holds; undefined where there are none, or while others are read. */
  readonly jets: JetsSummary | undefined;
}

/**
 * @param busy whether a study runs, which reads the jets.
 * @param onChange called when jets come or go.
 */
export function jetsInput(engine: () => Engine, busy: () => boolean, onChange: () => void): JetsInput {
  const summary = byId('jets-summary', HTMLElement);
  const fault = byId('jets-file-error', HTMLElement);
  let jets: JetsSummary | undefined;
  let reading: AbortController | undefined;

  function complain(message: string): void {
    fault.textContent = message;
    show(fault, message !== '');
  }

  /** @param load the file's bytes; its errors are told in words. */
  async function read(name: string, load: (signal: AbortSignal) => Promise<Blob>): Promise<void> {
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
      const blob = await load(signal);
      jets = await engine().call(
        'readJets',
        { blob, name },
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
      hint: 'NanoAOD, Parquet, CSV or Arrow, up to 100 MB',
      multiple: false,
    },
    ([file, ...more]) => {
      if (more.length > 0) complain('One file at a time: join them with `jet-iqn convert`.');
      else void read(file!.name, async () => file!);
    },
  );
  byId('jets-sample', HTMLButtonElement).addEventListener('click', () => void read(SAMPLE, fetchSample));
  return {
    get jets() {
      return jets;
    },
  };
}

async function fetchSample(signal: AbortSignal): Promise<Blob> {
  try {
    const response = await fetch(new URL(`models/${SAMPLE}`, document.baseURI), { signal });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return await response.blob();
  } catch (error) {
    throw new Error(
      `The sample cannot be loaded (${(error as Error).message}). Check the connection and try again.`,
    );
  }
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
