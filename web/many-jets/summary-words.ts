/** What was read from a file, and what was left out, in words. */
import { element } from '../dom.js';
import type { JetsSummary } from '../engine/api.js';
import { grouped } from '../variables.js';

export function summaryWords({ name, jets, stages, dropped, warnings }: JetsSummary): HTMLElement[] {
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
