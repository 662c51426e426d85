/** What the page shows, as a link holds it: `#/jet?model=simulation&pt=100&eta=0.5&phi=1&mass=12`. */
import { byVariable, VARIABLES, type Variable } from '../src/jets/columns.js';

export const VIEWS = ['jet', 'jets', 'models'] as const;
export type View = (typeof VIEWS)[number];

export interface PageState {
  view: View;
  /** Name of a shipped bundle, or of one's own. */
  model: string;
  /** The four variables, then the extra columns of the model by name. */
  jet: Record<string, number>;
  /** Row of the shipped sample whose jet this is; its true answer is known then. */
  sampleJet?: number | undefined;
  /** Samples of the one jet. */
  jetSamples: number;
  /** Samples a jet, and jets at most, of a study. */
  samples: number;
  jets: number;
  seed: number;
  /** Whether pt is shown in GeV, or as the response: over that of the input jet. */
  ptAxis: PtAxis;
  /** Another model or jet, whose answer is drawn beside this one's. */
  pinned?: Pinned | undefined;
  /** Address of a file of jets, from the page's own. */
  file?: string | undefined;
}

export const PT_AXES = ['pt', 'response'] as const;
export type PtAxis = (typeof PT_AXES)[number];

export interface Pinned {
  readonly model: string;
  readonly jet: Readonly<Record<string, number>>;
}

export const START: Readonly<PageState> = {
  view: 'jet',
  model: 'simulation',
  jet: { pt: 100, eta: 0.5, phi: 1, mass: 12 },
  jetSamples: 2000,
  samples: 100,
  jets: 20_000,
  seed: 1,
  ptAxis: 'pt',
};

/** Whole numbers of the state: name in the link, smallest, largest. */
export const COUNTS = {
  jetSamples: [100, 20_000],
  samples: [1, 1000],
  jets: [1, 1_000_000],
  seed: [0, 2 ** 53 - 1],
} as const;
type Count = keyof typeof COUNTS;

/** Least and greatest value that a jet may have: those of src/jets/check.ts. */
export const BOUNDS: Readonly<Record<Variable, readonly [number, number]>> = {
  pt: [1e-3, 1e5],
  eta: [-10, 10],
  phi: [-Math.PI, Math.PI],
  mass: [0, 1e5],
};

/** The part of a link after `#`. */
export function linkOf(state: Readonly<PageState>): string {
  const { view, model, seed } = state;
  const query = new URLSearchParams(
    Object.entries({ model, ...fieldsOf(state), ...(view === 'models' ? {} : { seed }) }).map(
      ([name, value]) => [name, String(value)],
    ),
  );
  return `/${view}?${query}`;
}

/** What a view has of its own. */
function fieldsOf({
  view,
  jet,
  sampleJet,
  jetSamples,
  samples,
  jets,
  ptAxis,
  pinned,
  file,
}: Readonly<PageState>): Record<string, number | string> {
  if (view === 'jets') return { samples, jets, ...(file === undefined ? {} : { file }) };
  if (view === 'models') return {};
  return {
    ...jet,
    jetSamples,
    ...(sampleJet === undefined ? {} : { sampleJet }),
    ...(ptAxis === START.ptAxis ? {} : { ptAxis }),
    ...(pinned === undefined ? {} : { pinned: textOfPinned(pinned) }),
  };
}

/** `simulation,pt:100,eta:0.5,phi:1,mass:12` */
function textOfPinned({ model, jet }: Pinned): string {
  return [model, ...Object.entries(jet).map(([name, value]) => `${name}:${value}`)].join();
}

function pinnedOf(text: string): Pinned | undefined {
  const [model, ...parts] = text.split(',') as [string, ...string[]];
  const jet = Object.fromEntries(
    parts.map((part) => {
      const [name = '', value = ''] = part.split(':', 2);
      return [name, value.trim() === '' ? Number.NaN : Number(value)];
    }),
  );
  const isJet = VARIABLES.every((variable) => {
    const [low, high] = BOUNDS[variable];
    return jet[variable]! >= low && jet[variable]! <= high;
  });
  if (!isJet || !Object.values(jet).every(Number.isFinite)) return undefined;
  // In the order in which models read them.
  return { model: model.slice(0, 64), jet: { ...byVariable((variable) => jet[variable]!), ...jet } };
}

/** A link as state: what it does not say is as it was, what it says wrongly is too, and named in `faults`. */
export function stateOfLink(
  hash: string,
  before: Readonly<PageState>,
): { state: PageState; faults: string[] } {
  const [path, query = ''] = hash.replace(/^#/, '').split('?', 2) as [string, string?];
  const given = new URLSearchParams(query);
  const faults: string[] = [];
  const view = VIEWS.find((known) => path === `/${known}`);
  if (!view && path !== '' && path !== '/') faults.push(`there is no view ${path}`);
  const state: PageState = {
    ...before,
    jet: { ...before.jet },
    view: view ?? (path === '' || path === '/' ? 'jet' : before.view),
  };
  const number = (
    name: string,
    [low, high]: readonly [number, number],
    whole: boolean,
  ): number | undefined => {
    const text = given.get(name);
    given.delete(name);
    if (text === null) return undefined;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= low && value <= high && (!whole || Number.isSafeInteger(value))) return value;
    faults.push(
      `${name} is “${text.slice(0, 40)}”, not a ${whole ? 'whole ' : ''}number from ${round(low)} to ${round(high)}`,
    );
    return undefined;
  };
  const text = (name: string): string | null => {
    const value = given.get(name);
    given.delete(name);
    return value;
  };
  const model = text('model');
  if (model !== null) state.model = model.slice(0, 64);
  const file = text('file');
  if (file !== null) state.file = file.slice(0, 1000);
  const [axis, pinned] = [text('ptAxis'), text('pinned')];
  // A link of one jet says all of what is shown.
  if (state.view === 'jet') {
    state.ptAxis = PT_AXES.find((known) => known === axis) ?? START.ptAxis;
    if (axis !== null && axis !== state.ptAxis) faults.push(`ptAxis is not one of ${PT_AXES.join(', ')}`);
    state.pinned = pinned === null ? undefined : pinnedOf(pinned);
    if (pinned !== null && !state.pinned)
      faults.push('pinned is no jet, as simulation,pt:100,eta:0.5,phi:1,mass:12');
  }
  for (const variable of VARIABLES)
    state.jet[variable] = number(variable, BOUNDS[variable], false) ?? state.jet[variable]!;
  for (const name of Object.keys(COUNTS) as Count[])
    state[name] = number(name, COUNTS[name], true) ?? state[name];
  const row = number('sampleJet', [0, 1e6], true);
  // Another jet is not that of the sample any more.
  if (row !== undefined || VARIABLES.some((variable) => state.jet[variable] !== before.jet[variable]))
    state.sampleJet = row;
  // What is left are extra columns of a model of one's own.
  for (const name of new Set(given.keys())) {
    const value = number(name, [-1e30, 1e30], false);
    if (value !== undefined && /^[A-Za-z_]\w{0,63}$/.test(name)) state.jet[name] = value;
  }
  return { state, faults };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
