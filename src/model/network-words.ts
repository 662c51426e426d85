/** A network in one line, for people. */
import type { NetworkSpec } from './network-spec.js';

/** @example networkInWords(card.network) // 'amortised: trunk 128-128-128, head 24-24-24, tau input both, …' */
export function networkInWords(spec: NetworkSpec): string {
  if (spec.kind === 'paper')
    return `paper: ${spec.depth} hidden layers of ${spec.width}, tau input ${spec.tauInput}`;
  const centre = spec.centreAndWidth ? ', centre and width from the trunk' : '';
  return `amortised: trunk ${spec.trunk.join('-')}, head ${spec.head.join('-')}, tau input ${spec.tauInput}${centre}`;
}
