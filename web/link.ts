/** The state in the address bar: read when it changes there, written when it changes here. */
import { linkOf, type PageState, START, stateOfLink } from './state.js';

/** Browsers refuse more than some hundred changes of the address in half a minute. */
const WRITE_MILLISECONDS = 300;

export interface Link {
  readonly state: PageState;
  /** Changes the state; the address follows, all listeners hear of it. */
  update(change: Partial<PageState>): void;
  /** Writes the address now. */
  flush(): void;
  /** Calls back after every change, from here or from the address bar. */
  onChange(listener: (state: Readonly<PageState>) => void): void;
}

/** @param onFaults told in words what a link says that cannot be. */
export function openLink(onFaults: (faults: readonly string[]) => void): Link {
  const listeners: ((state: Readonly<PageState>) => void)[] = [];
  const first = stateOfLink(location.hash, START);
  const state = first.state;
  if (first.faults.length > 0) onFaults(first.faults);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const changed = () => {
    for (const listener of listeners) listener(state);
  };
  const write = () => {
    timer = undefined;
    history.replaceState(null, '', `#${linkOf(state)}`);
  };
  addEventListener('hashchange', () => {
    clearTimeout(timer);
    const next = stateOfLink(location.hash, state);
    Object.assign(state, next.state);
    onFaults(next.faults);
    changed();
  });
  return {
    state,
    update(change) {
      Object.assign(state, change);
      timer ??= setTimeout(write, WRITE_MILLISECONDS);
      changed();
    },
    flush() {
      clearTimeout(timer);
      write();
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
