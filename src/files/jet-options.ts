/** Which jets to take from files of events; and the refusal of a choice that a file does not have. */
import { InputError } from '../errors.js';

/** Working points of NanoAOD's Jet_jetId, and the bit that says a jet passes. */
export const JET_IDS = { loose: 1, tight: 2, tightLepVeto: 4 } as const;
export type JetId = keyof typeof JET_IDS;

/** What to take from files that hold more than one table of jets. */
export interface JetOptions {
  /** Which detector jets of NanoAOD or Delphes: "Jet" (default), "FatJet"; the gen jets are those that belong to them. */
  readonly collection?: string | undefined;
  /** The working point that each NanoAOD jet must pass; default: none. */
  readonly jetId?: JetId | undefined;
  /**
   * A detector jet and a gen jet are a pair below this distance in eta and phi, nearest pairs first, each jet once; true: half
   * the jets' radius, as JME asks. Default: the pairs that the NanoAOD itself has; for Delphes, which has none, true.
   */
  readonly maxDeltaR?: number | true | undefined;
}

/** As they are on the command line. */
const NAMES: Readonly<Record<keyof JetOptions, string>> = {
  jetId: '--jet-id',
  collection: '--collection',
  maxDeltaR: '--max-delta-r',
};

/**
 * A cut that was asked for and not made must not go unsaid.
 *
 * @throws InputError where an option is given that is none of `known`.
 */
export function refuseOptions(
  file: string,
  options: JetOptions,
  known: readonly (keyof JetOptions)[] = [],
): void {
  for (const option of ['jetId', 'collection', 'maxDeltaR'] as const) {
    if (options[option] === undefined || known.includes(option)) continue;
    throw new InputError(
      file,
      `${NAMES[option]} does not apply to it; leave the option out, or convert the file by itself`,
    );
  }
}

/** Half the radius of a collection's jets: 0.4 for fat jets and AK8, 0.2 for AK4 and all others; AK15 has 0.75. */
export function halfRadius(collection: string): number {
  const radius = /AK(\d+)/i.exec(collection)?.[1] ?? (/fat/i.test(collection) ? '8' : '4');
  return Number(radius) / 20;
}
