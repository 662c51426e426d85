/** One number of the input jet: a slider and a field that follow each other, and a word where the field is wrong. */
import { element, show } from '../dom.js';
import { symbol } from '../variables.js';
import type { InputColumn } from './columns.js';
import { sliderScale } from './slider-scale.js';

const PLACES = 1000;

export interface Slider {
  readonly root: HTMLElement;
  /** Moves both to a value, without telling anybody. */
  set(value: number): void;
}

/** @param onInput called with every valid value, as the slider moves. */
export function slider(column: InputColumn, value: number, onInput: (value: number) => void): Slider {
  const { name, variable, unit, spoken, bounds, range, step } = column;
  const scale = sliderScale(name, ...range);
  const id = `jet-${name}`;
  const field = element('input', {
    type: 'number',
    id,
    step: 'any',
    inputmode: 'decimal',
    'aria-describedby': `${id}-error`,
  });
  const bar = element('input', {
    type: 'range',
    min: 0,
    max: PLACES,
    step: 1,
    'aria-label': `${spoken} slider`,
  });
  const error = element('p', { class: 'error', id: `${id}-error`, hidden: true });
  const label = element(
    'label',
    { for: id },
    variable ? symbol(variable) : name,
    element('span', { class: 'unseen' }, ` ${spoken}`),
  );
  const root = element(
    'div',
    { class: 'slider' },
    element('div', { class: 'slider-head' }, label, field, element('span', { class: 'unit' }, unit)),
    bar,
    error,
  );

  function place(shown: number): void {
    bar.value = String(Math.round(scale.place(shown) * PLACES));
    bar.setAttribute('aria-valuetext', `${shown}${unit && ` ${unit}`}`);
  }
  function fault(message: string): void {
    error.textContent = message;
    show(error, message !== '');
    if (message === '') field.removeAttribute('aria-invalid');
    else field.setAttribute('aria-invalid', 'true');
  }
  bar.addEventListener('input', () => {
    const moved = scale.value(Number(bar.value) / PLACES);
    field.value = String(moved);
    bar.setAttribute('aria-valuetext', `${moved}${unit && ` ${unit}`}`);
    fault('');
    onInput(moved);
  });
  field.addEventListener('input', () => {
    const typed = field.value.trim() === '' ? Number.NaN : Number(field.value);
    if (!(typed >= bounds[0] && typed <= bounds[1])) {
      fault(`${spoken} must be a number ${boundsInWords(bounds)}; the charts keep the last one.`);
      return;
    }
    fault('');
    place(typed);
    onInput(typed);
  });
  // The arrow keys step as far as somebody would by hand, not by the field's smallest digit.
  field.addEventListener('keydown', (event) => {
    const sign = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (sign === undefined) return;
    event.preventDefault();
    const next = Math.min(bounds[1], Math.max(bounds[0], Number(field.value) + sign * step));
    field.value = String(Number(next.toFixed(6)));
    field.dispatchEvent(new Event('input'));
  });
  const set = (next: number) => {
    field.value = String(Number(next.toPrecision(5)));
    place(next);
    fault('');
  };
  set(value);
  return { root, set };
}

function boundsInWords([low, high]: readonly [number, number]): string {
  const short = (value: number) => String(Number(value.toPrecision(4))).replace('-', '\u2212');
  return `from ${short(low)} to ${short(high)}`;
}
