/** The numbers of a study: samples a jet, jets at most, seed; checked where they are typed. */
import { byId } from '../dom.js';
import type { Link } from '../link.js';
import { COUNTS } from '../state.js';
import type { StudyRequest } from './request.js';

const FIELDS = { samples: 'jets-samples', jets: 'jets-count', seed: 'jets-seed' } as const;
type Field = keyof typeof FIELDS;
const NAMES: Readonly<Record<Field, string>> = {
  samples: 'Samples a jet',
  jets: 'Jets at most',
  seed: 'The seed',
};

export interface StudyForm {
  /** What is asked for, of a file of so many jets; undefined where a field is wrong, which the field says. */
  request(jets: number): StudyRequest | undefined;
}

export function studyForm(link: Link): StudyForm {
  const inputs = Object.entries(FIELDS).map(([field, id]) => ({
    field: field as Field,
    input: byId(id, HTMLInputElement),
  }));
  for (const { field, input } of inputs) {
    input.addEventListener('input', () => {
      const value = input.valueAsNumber;
      const [low, high] = COUNTS[field];
      const valid = Number.isSafeInteger(value) && value >= low && value <= high;
      input.setCustomValidity(valid ? '' : `${NAMES[field]} must be a whole number from ${low} to ${high}.`);
      if (valid) link.update({ [field]: value });
    });
  }
  const follow = () => {
    for (const { field, input } of inputs) {
      if (document.activeElement !== input && input.valueAsNumber !== link.state[field]) {
        input.value = String(link.state[field]);
        input.setCustomValidity('');
      }
    }
  };
  link.onChange(follow);
  follow();
  return {
    request(jets) {
      if (!byId('jets-form', HTMLFormElement).reportValidity()) return undefined;
      const { samples, jets: most, seed } = link.state;
      return { samples, jets: Math.min(most, jets), seed };
    },
  };
}
