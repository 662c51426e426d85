/** A card as a list for people: what the model is, what it was trained on, and the checksums of its files. */

import { WEB_GRAPHS } from '../../src/model/bundle-web.js';
import type { ModelCard } from '../../src/model/card.js';
import { element } from '../dom.js';
import type { OpenedModel } from '../engine/api.js';
import { grouped, minus } from '../variables.js';

export function cardDetails({ card, sha256 }: OpenedModel): HTMLElement {
  const { training } = card;
  const entries: [string, string | Node][] = [
    ['Intended use', card.intendedUse],
    ['Not for', card.notFor],
    ['Network', networkText(card)],
    [
      'Parameters',
      `${grouped(card.parameters)}; ${grouped(card.multiplicationsPerPrediction)} multiplications a prediction`,
    ],
    [
      'Trained on',
      `${training.data.name}, ${grouped(training.data.rows)} jets. ${training.data.description}`,
    ],
    ['Training', `${training.epochs} epochs, ${grouped(training.steps)} steps, ${training.backend}`],
    ['Command', element('code', {}, training.command)],
    ['Range', rangeText(card)],
    ['Licence', card.licence],
    ['Bundle', element('code', {}, sha256)],
    ['Files', filesTable(card)],
  ];
  return element(
    'div',
    { class: 'card' },
    element(
      'dl',
      {},
      ...entries.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
    ),
    element(
      'details',
      {},
      element('summary', {}, 'The whole card (model.json)'),
      element('pre', { tabindex: 0 }, JSON.stringify(card, null, 2)),
    ),
  );
}

function networkText({ network }: ModelCard): string {
  const tau = `τ input ${network.tauInput}`;
  return network.kind === 'paper'
    ? `the paper’s: ${network.depth} hidden layers of ${network.width}, ${tau}`
    : `amortised: trunk ${network.trunk.join('-')}, head ${network.head.join('-')}, ${tau}${network.centreAndWidth ? ', centre and width from the trunk' : ''}`;
}

function rangeText({ range }: ModelCard): string {
  return Object.entries(range)
    .map(
      ([column, [low, high]]) =>
        `${column} ${minus(String(Number(low.toPrecision(3))))} to ${minus(String(Number(high.toPrecision(4))))}`,
    )
    .join('; ');
}

function filesTable({ files }: ModelCard): HTMLElement {
  return element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Files and checksums' },
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...['File', 'Bytes', 'sha256', 'State'].map((head) => element('th', { scope: 'col' }, head)),
        ),
      ),
      element(
        'tbody',
        {},
        ...Object.entries(files).map(([name, { bytes, sha256 }]) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, name),
            element('td', {}, grouped(bytes)),
            element('td', {}, element('code', {}, sha256)),
            WEB_GRAPHS.some((read) => read === name)
              ? element('td', { class: 'good' }, 'checked')
              : element('td', {}, 'not read here'),
          ),
        ),
      ),
    ),
  );
}
