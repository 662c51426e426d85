/** The answer that is kept for comparison: of the model and jet that the state names, with the samples and seed in force. */
import { byVariable } from '../../src/jets/columns.js';
import { byId, show } from '../dom.js';
import type { Engine } from '../engine/start.js';
import type { Link } from '../link.js';
import type { CurrentModel } from '../models/current.js';
import type { Shelf } from '../models/shelf.js';
import type { Pinned } from '../state.js';
import type { PinnedAnswer } from './charts.js';

/** @param onAnswer called with each answer, and with undefined when there is none any more. */
export function connectPinned(
  link: Link,
  shelf: Shelf,
  engine: Engine,
  current: CurrentModel,
  status: HTMLElement,
  onAnswer: (answer: PinnedAnswer | undefined) => void,
): void {
  const [key, words] = [byId('key-pinned', HTMLElement), byId('pinned-words', HTMLElement)];
  const unpin = byId('jet-unpin', HTMLButtonElement);
  let asked: string | undefined;

  async function follow(): Promise<void> {
    const { pinned, jetSamples, seed, model } = link.state;
    const wanted = pinned && JSON.stringify([pinned, jetSamples, seed]);
    if (current.loading || wanted === asked) return;
    asked = wanted;
    for (const place of [key, unpin]) show(place, pinned !== undefined);
    if (!pinned) {
      onAnswer(undefined);
      return;
    }
    words.textContent = wordsOf(pinned);
    const of = shelf.find(pinned.model)?.source;
    try {
      if (!of) throw new Error(`there is no model “${pinned.model}” here`);
      const answer = await engine.call('predictJet', {
        jet: Object.values(pinned.jet),
        samples: jetSamples,
        seed,
        quality: 'fine',
        ...(pinned.model === model ? {} : { of }),
      });
      if (asked === wanted) onAnswer({ answer, input: byVariable((variable) => pinned.jet[variable]!) });
    } catch (error) {
      status.textContent = `Nothing to compare with: ${(error as Error).message}`;
      for (const place of [key, unpin]) show(place, false);
    }
  }

  unpin.addEventListener('click', () => link.update({ pinned: undefined }));
  current.onReady(() => void follow());
  link.onChange(() => void follow());
}

function wordsOf({ model, jet }: Pinned): string {
  const short = (value: number) => Number(value.toPrecision(4));
  return `kept: ${model}, ${Object.entries(jet)
    .map(([name, value]) => `${name} ${short(value)}`)
    .join(', ')}`;
}
