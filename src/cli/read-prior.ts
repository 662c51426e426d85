/** `--prior flat|FILE`: the spectrum of gen jets that takes the place of the training's. */
import { extname } from 'node:path';
import { InputError, UsageError } from '../errors.js';
import type { SpectrumHistogram } from '../files/read-histograms.js';
import type { ModelCard } from '../model/card.js';
import { countedJets, type GenSpectrum } from '../model/gen-spectrum.js';
import { flatCounts, makePrior, type Prior, type WantedCounts } from '../sampling/prior.js';

export interface ReadPrior {
  readonly prior: Prior;
  /** For the file's metadata: `flat`, or the file's name. */
  readonly name: string;
  /** What is said of it. */
  readonly notes: readonly string[];
}

/**
 * @param bundle its folder, for messages.
 * @param asked `flat`, a file of histograms (.json), or a file of jets.
 * @throws UsageError where the bundle has no prior; InputError where the file has no spectrum.
 */
export async function readPrior(
  bundle: string,
  { task, spectrum }: ModelCard,
  asked: string,
  weight: string | undefined,
): Promise<ReadPrior> {
  if (task !== 'correction')
    throw new UsageError(
      `--prior is of gen jets, which ${bundle} does not predict (${task}); give the bundle of a correction`,
    );
  if (!spectrum)
    throw new UsageError(
      `--prior: the card of ${bundle} does not say which gen jets it was trained on; add it by npm run experiment -- card ${bundle} TRAINING-FILE`,
    );
  const isHistogram = extname(asked).toLowerCase() === '.json';
  if (weight !== undefined && (asked === 'flat' || isHistogram))
    throw new UsageError(`--prior-weight names a column of jets, and ${asked} has none; leave it out`);
  if (asked === 'flat') return { prior: makePrior(spectrum, flatCounts(spectrum)), name: 'flat', notes: [] };
  const { counts, outside, notes } = isHistogram
    ? await histogramPrior(asked, spectrum)
    : await jetsPrior(asked, spectrum, weight);
  const inside = counts.flat().reduce((sum, value, i) => {
    const trained = spectrum.counts.flat()[i] > 0;
    return trained ? sum + value : sum;
  }, 0);
  const total = counts.flat().reduce((sum, value) => sum + value, outside);
  if (!(inside > 0))
    throw new InputError(asked, 'has no jets where the model was trained; give another spectrum');
  if (total - inside > 1e-6 * total)
    notes.push(
      `${percent((total - inside) / total)} of ${asked} lies where training had no gen jets: no sample can stand for it`,
    );
  return { prior: makePrior(spectrum, counts), name: asked, notes };
}

interface Counted {
  readonly counts: WantedCounts;
  readonly outside: number;
  readonly notes: string[];
}

async function jetsPrior(path: string, spectrum: GenSpectrum, weight: string | undefined): Promise<Counted> {
  const { readJets } = await import('../files/read-jets.js');
  const notes: string[] = [];
  const { rows, columns } = await readJets(path, {
    stages: ['gen'],
    extra: weight === undefined ? [] : [weight],
    onWarning: (message) => notes.push(message),
  });
  const weights = weight === undefined ? undefined : columns[weight];
  const bad = weights?.findIndex((value) => !(value >= 0 && value < Infinity)) ?? -1;
  if (bad >= 0)
    throw new InputError(
      path,
      `row ${bad + 1}: ${weight} is ${weights?.[bad]}; a weight of a prior is 0 or more`,
    );
  const counted = countedJets(spectrum, columns.gen_pt!, columns.gen_eta!, weights);
  notes.push(`prior: ${rows} gen jets of ${path}${weight === undefined ? '' : `, weighted by ${weight}`}`);
  return { ...counted, notes };
}

async function histogramPrior(path: string, spectrum: GenSpectrum): Promise<Counted> {
  const { readSpectrumHistogram } = await import('../files/read-histograms.js');
  const histogram = await readSpectrumHistogram(path);
  const { name, eta, beside } = histogram;
  const { counts, outside } = eta ? rebinned({ ...histogram, eta }, spectrum) : ptAlone(histogram, spectrum);
  const how = eta ? 'of pt and |eta|' : 'of pt; |eta| at each pt as in training';
  return { counts, outside: outside + beside, notes: [`prior: the histogram ${name} of ${path}, ${how}`] };
}

/** Bins cut into the training's cells, each taken to be even in itself. */
function rebinned(
  { pt, eta, values }: SpectrumHistogram & { readonly eta: readonly number[] },
  spectrum: GenSpectrum,
): Omit<Counted, 'notes'> {
  const rows = overlaps(pt, spectrum.pt);
  // Both signs of eta are one.
  const mirrored = spectrum.absEta.map((edge) => -edge).reverse();
  const [right, left] = [overlaps(eta, spectrum.absEta), overlaps(eta, mirrored).map((row) => row.reverse())];
  const counts = spectrum.counts.map((row, i) =>
    row.map((_, j) =>
      values.reduce(
        (sum, bins, a) =>
          sum + rows[a][i] * bins.reduce((part, value, b) => part + value * (right[b][j] + left[b][j]), 0),
        0,
      ),
    ),
  );
  const sum = (all: readonly (readonly number[])[]) => all.flat().reduce((total, value) => total + value, 0);
  return { counts, outside: sum(values) - sum(counts) };
}

/** A spectrum of pt, shared out over |eta| as the training's jets of that pt are. */
function ptAlone({ pt, values }: SpectrumHistogram, spectrum: GenSpectrum): Omit<Counted, 'notes'> {
  const rows = overlaps(pt, spectrum.pt);
  let lost = 0;
  const counts = spectrum.counts.map((row, i) => {
    const wanted = values.reduce((sum, [value], a) => sum + rows[a][i] * value, 0);
    const trained = row.reduce((sum, count) => sum + count, 0);
    if (trained === 0) lost += wanted;
    return row.map((count) => (trained === 0 ? 0 : (wanted * count) / trained));
  });
  const inside = values.reduce(
    (sum, [value], a) => sum + value * rows[a].reduce((share, part) => share + part, 0),
    0,
  );
  const total = values.reduce((sum, [value]) => sum + value, 0);
  return { counts, outside: total - inside + lost };
}

/** Which share of each bin `from` lies in each bin `to`: [from][to]. */
function overlaps(from: readonly number[], to: readonly number[]): number[][] {
  return from.slice(1).map((high, a) => {
    const low = from[a];
    return to
      .slice(1)
      .map((end, b) => Math.max(0, Math.min(high, end) - Math.max(low, to[b])) / (high - low));
  });
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`;
}
