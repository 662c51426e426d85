/** Jets outside the range of the training data: the network extrapolates there. */
import type { ModelCard } from '../model/card.js';

/**
 * One line for each input column with values outside the card's range; empty where there are none.
 *
 * @param inputs columns in the order of `names`.
 * @example outOfRange(['pt'], [Float32Array.of(5, 50)], { pt: [20, 4000] }) // ['pt of 1 of 2 jets is outside …']
 */
export function outOfRange(
  names: readonly string[],
  inputs: readonly Float32Array[],
  range: ModelCard['range'],
): string[] {
  return names.flatMap((name, i) => {
    const limits = range[name];
    // All of phi is one circle: the outermost training jet is no end of it.
    if (!limits || name === 'phi') return [];
    const [least, most] = limits;
    let outside = 0;
    for (const value of inputs[i]) if (value < least || value > most) outside++;
    if (outside === 0) return [];
    const shown = `${least.toPrecision(4)} to ${most.toPrecision(4)}`;
    return [
      `${name} of ${outside} of ${inputs[i].length} jets is outside ${shown}, where the model was trained; it extrapolates there`,
    ];
  });
}
