/** What a card says of the jets a model was trained on, in plain words. */
import type { RunConfig } from '../training/run-config.js';

/** The table that the shipped models are trained on. */
const GENERATED_JETS = {
  sha256: '68a8514ef4d69b5b203474bb70ebed719cf397c4fd1c101f198f24d47b60f90c',
  description:
    'Generated jets, not CMS data. Pythia 8.311, proton-proton at 13 TeV, QCD 2 to 2 (tune 18, pT-hat 15 to 7000 GeV ' +
    'with a nearly flat spectrum), anti-kT jets of R = 0.4 (FastJet 3.4.0). The detector is a particle-level ' +
    'emulation: tracker, electromagnetic and hadronic calorimeter, a particle-flow-like combination, 25 pile-up events ' +
    'on average with charged pile-up removed, noise tuned so that the pT resolution follows CMS’s public Summer16 ' +
    'AK4PFchs resolutions. raw: as measured; reco: raw after a correction of pile-up offset and response. Selection: ' +
    'reco pt > 20 GeV, gen pt > 10 GeV, |gen eta| < 4.7.',
} as const;

/** The description that the run has; failing that, of a table that is known by its hash; failing that, that there is none. */
export function describedData({ sha256, description }: Pick<RunConfig['data'], 'sha256' | 'description'>): {
  readonly description: string;
  /** Whether the jets are said to be generated. */
  readonly generated: boolean;
} {
  const known = sha256 === GENERATED_JETS.sha256 ? GENERATED_JETS.description : 'jets that nobody described.';
  const words = description.trim() || known;
  return { description: words, generated: /\bgenerated\b/i.test(words) };
}

export function notForText(generated: boolean): string {
  const limits =
    'Jets of another detector, another selection or outside the ranges below; quantities that depend on several jets ' +
    'of one event, since jets are sampled one by one.';
  return generated
    ? `Physics results of any experiment: the jets it was trained on are generated, and the detector is an emulation, not CMS. ${limits}`
    : limits;
}
