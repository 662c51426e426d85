/** A run of the engine that can be paused and cancelled: its buttons, its bar, its words. */
import { byId } from '../dom.js';

export interface RunControls {
  /** Enables Start, or not. */
  ready(possible: boolean): void;
  /**
   * Does some work with Pause and Cancel enabled.
   *
   * @returns what `work` returns; undefined where it was cancelled.
   */
  run<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined>;
  /** Shows how far the work is; `words` beside it. */
  progress(done: number, all: number, words: string): void;
  readonly running: boolean;
}

/** @param hold closes the engine's gate, or opens it again. */
export function runControls(hold: (held: boolean) => void): RunControls {
  const start = byId('jets-start', HTMLButtonElement);
  const pause = byId('jets-pause', HTMLButtonElement);
  const cancel = byId('jets-cancel', HTMLButtonElement);
  const bar = byId('jets-progress', HTMLProgressElement);
  const text = byId('jets-progress-text', HTMLElement);
  let controller: AbortController | undefined;
  let possible = false;
  let held = false;
  let words = '';

  function show(): void {
    start.disabled = !possible || controller !== undefined;
    pause.disabled = controller === undefined;
    cancel.disabled = controller === undefined;
    pause.textContent = held ? 'Go on' : 'Pause';
    text.textContent = held ? `Paused. ${words}` : words;
  }
  pause.addEventListener('click', () => {
    held = !held;
    hold(held);
    show();
  });
  cancel.addEventListener('click', () => controller?.abort());

  return {
    ready(now) {
      possible = now;
      show();
    },
    async run(what, work) {
      controller = new AbortController();
      const { signal } = controller;
      held = false;
      bar.value = 0;
      words = what;
      // A button that is disabled under the focus would lose it.
      if (document.activeElement === start) queueMicrotask(() => pause.focus());
      show();
      try {
        const result = await work(signal);
        return result;
      } catch (error) {
        if (signal.aborted) return undefined;
        words = '';
        throw error;
      } finally {
        const focused = document.activeElement === pause || document.activeElement === cancel;
        controller = undefined;
        held = false;
        if (signal.aborted) words = `Cancelled. ${words}`;
        show();
        if (focused) start.focus();
      }
    },
    progress(done, all, next) {
      bar.value = done / all;
      words = next;
      show();
    },
    get running() {
      return controller !== undefined;
    },
  };
}
