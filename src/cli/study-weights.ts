/** Weights of jets, which a study does not take: whoever asks for them, or has them, is told. */
import { InvalidArgumentError } from 'commander';
import { warn } from './output.js';

/** The tests rank and count jets: with weights, and with negative ones above all, their p-values would mean nothing. */
export const UNWEIGHTED =
  'A study counts each jet once; weights, negative ones too, are for train --weight and fold --weight.';

/** Columns that hold the weights of events or jets, as generators and NanoAOD name them. */
const WEIGHT_COLUMN = /^(gen|mc|event|evt|jet)?_?weights?$/i;

/** @throws InvalidArgumentError always: who asks for weights must not get a study without. */
export function refuseWeights(): never {
  throw new InvalidArgumentError(UNWEIGHTED);
}

/** A word where the file has weights, which the study leaves unread. */
export function warnOfWeights(
  file: string,
  names: readonly string[],
  { quiet }: { readonly quiet: boolean },
): void {
  const weights = names.filter((name) => WEIGHT_COLUMN.test(name));
  if (weights.length > 0) warn(`${file}: ${weights.join(', ')} not used. ${UNWEIGHTED}`, { quiet });
}
