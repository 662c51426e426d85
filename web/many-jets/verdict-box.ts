/** What a study says of the model: passed or failed, why, and what to do now. */
import { prose } from '../../src/report/labels.js';
import { differencesWords } from '../../src/report/tables.js';
import type { Report } from '../../src/studies/summarise.js';
import { hasJoint } from '../../src/studies/summarise.js';
import { verdictWord } from '../../src/studies/verdict.js';
import { element } from '../dom.js';
import { grouped, typeset } from '../variables.js';

export interface VerdictBox {
  /** @param isWhole whether nothing is left to be tested. */
  update(report: Report, isWhole: boolean): void;
}

export function verdictBox(place: HTMLElement): VerdictBox {
  return {
    update(report, isWhole) {
      const { verdict, jets } = report;
      const { passed, tooFewJets, reasons, advice, level } = verdict;
      place.className = `verdict ${!isWhole || (passed && tooFewJets) ? 'undecided' : passed ? 'passed' : 'failed'}`;
      const items = (lines: readonly string[]) =>
        element('ul', {}, ...lines.map((line) => element('li', {}, ...typeset(line))));
      const closuresOnly = 'These are the closures only: the joint tests were stopped before their end.';
      place.replaceChildren(
        element('h3', {}, isWhole ? verdictWord(verdict) : `So far, after ${grouped(jets)} jets`),
        items([
          ...farthestOff(report),
          ...(isWhole && !hasJoint(report) && !tooFewJets ? [closuresOnly] : []),
          ...reasons.map(prose),
        ]),
        ...(isWhole
          ? [
              element('details', {}, element('summary', {}, 'What to do now'), items(advice.map(prose))),
              element(
                'p',
                { class: 'hint' },
                `A right model fails with probability ${level} at most. Passing means that these tests found nothing, not that there is nothing.`,
              ),
            ]
          : [element('p', { class: 'hint' }, 'The verdict comes with the last jet and the joint tests.')]),
      );
    },
  };
}

/** The report's own sentence on scale and resolution, where they were measured; markup of typeset.ts. */
function farthestOff(report: Report): string[] {
  const words = differencesWords(report);
  return words ? [`Scale and resolution, ${words}`] : [];
}
