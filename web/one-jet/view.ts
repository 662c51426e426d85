/** The view of one jet: what its controls ask of the engine, and the answer in charts and numbers. */
import { byVariable, VARIABLES, type Variable } from '../../src/jets/columns.js';
import type { ModelCard } from '../../src/model/card.js';
import { STAGES_OF_TASK } from '../../src/model/tasks.js';
import { byId, show } from '../dom.js';
import type { Engine } from '../engine/start.js';
import type { Link } from '../link.js';
import type { CurrentModel } from '../models/current.js';
import type { Shelf } from '../models/shelf.js';
import type { PtAxis } from '../state.js';
import { SPOKEN } from '../variables.js';
import type { JetAnswer, JetRequest } from './answer.js';
import { jetCharts, type Marks, type PinnedAnswer, summary } from './charts.js';
import { inputColumns, outsideRange } from './columns.js';
import { jetForm } from './form.js';
import { everyFrame, latest } from './latest.js';
import { connectPinned } from './pinned.js';
import { recipes } from './recipes.js';
import { resultsTable } from './results-table.js';

export function openJetView(link: Link, shelf: Shelf, engine: Engine, current: CurrentModel): void {
  const results = byId('jet-results', HTMLElement);
  const status = byId('jet-status', HTMLElement);
  const live = byId('jet-live', HTMLElement);
  const charts = jetCharts(byId('jet-charts', HTMLElement), byId('joint-figure', HTMLElement));
  const table = resultsTable(byId('jet-table', HTMLElement));
  const form = jetForm(link, shelf, engine, () => ask());
  let card: ModelCard | undefined;

  const recipe = recipes(status);
  let pinned: PinnedAnswer | undefined;

  const draw = everyFrame(({ answer, marks, final }: { answer: JetAnswer; marks: Marks; final: boolean }) => {
    charts.update(answer, marks, link.state.ptAxis, pinned);
    table.update(answer, marks, pinned);
    results.setAttribute('aria-busy', 'false');
    results.dataset.frames = String(Number(results.dataset.frames ?? 0) + 1);
    status.textContent = '';
    if (final) live.textContent = inWords(answer);
  });
  const asking = latest<{ request: Omit<JetRequest, 'quality'>; marks: Marks }>(
    async ({ request, marks }, final) => {
      try {
        const answer = await engine.call('predictJet', { ...request, quality: final ? 'fine' : 'fast' });
        draw({ answer, marks, final });
      } catch (error) {
        status.textContent = `No answer: ${(error as Error).message}`;
      }
    },
  );

  function ask(): void {
    const { state } = link;
    if (!card || current.loading || state.view !== 'jet') return;
    const jet = jetFor(card);
    if (!jet) return;
    warn(card);
    const input = byVariable((variable) => state.jet[variable]!);
    const known = form.truth(card.task);
    show(byId('key-true', HTMLElement), known !== undefined);
    const request = { jet, samples: state.jetSamples, seed: state.seed };
    recipe.update(state.model, card, request);
    asking.ask({ request, marks: { input, ...known } });
  }

  /** The jet as the model reads it, once all its columns have a value. */
  function jetFor(card: ModelCard): number[] | undefined {
    const jet = inputColumns(card).map(({ name }) => link.state.jet[name]!);
    return jet.includes(undefined as never) ? undefined : jet;
  }

  connectPinned(link, shelf, engine, current, status, (answer) => {
    pinned = answer;
    ask();
  });
  byId('jet-pin', HTMLButtonElement).addEventListener('click', () => {
    if (!card || !jetFor(card)) return;
    const columns = inputColumns(card).map(({ name }) => [name, link.state.jet[name]!]);
    link.update({ pinned: { model: link.state.model, jet: Object.fromEntries(columns) } });
  });

  function warn(card: ModelCard): void {
    const outside = outsideRange(inputColumns(card), card, link.state.jet);
    const hint = byId('jet-range', HTMLElement);
    hint.textContent = `Outside what the model was trained on (${outside.join(', ')}): it extrapolates.`;
    show(hint, outside.length > 0);
  }

  current.onReady((ready) => {
    card = ready;
    form.fit(ready);
    const { input } = STAGES_OF_TASK[ready.task];
    byId('jet-legend', HTMLElement).textContent = `The ${input} jet`;
    ask();
  });
  link.onChange(ask);

  const axis = byId('jet-axis', HTMLSelectElement);
  const followAxis = () => {
    axis.value = link.state.ptAxis;
  };
  axis.addEventListener('change', () => link.update({ ptAxis: axis.value as PtAxis }));
  link.onChange(followAxis);
  followAxis();
}

function inWords(answer: JetAnswer): string {
  return `Predicted: ${VARIABLES.map((variable: Variable) => `${SPOKEN[variable]} ${summary(variable, answer.variables[variable]).spoken}`).join('; ')}.`;
}
