/**
 * npm run experiment -- card BUNDLE REPORT [NAME]: writes what a study of this very bundle found on its card, as `study`
 * or under another name: closures, medians and the joint classifier, with their errors.
 *
 * npm run experiment -- card BUNDLE JETS: the range of the jets that it was trained to predict, out of its training file, and
 * of a correction their spectrum, for `predict --prior`. Exports write both; bundles of runs before there were any do not
 * have them.
 *
 * Jets of one study are independent draws, so a share p of n jets has the error sqrt(p (1 - p) / n).
 */
import { readFile } from 'node:fs/promises';
import { updateCard } from '../export/write-bundle.js';
import { UsageError } from '../src/errors.js';
import { readJets } from '../src/files/read-jets.js';
import { byVariable, columnName } from '../src/jets/columns.js';
import { readBundle } from '../src/model/bundle-node.js';
import type { ModelCard } from '../src/model/card.js';
import { genSpectrum } from '../src/model/gen-spectrum.js';
import { splitJets } from '../src/model/split-jets.js';
import { STAGES_OF_TASK } from '../src/model/tasks.js';
import { hasJoint, type Report } from '../src/studies/summarise.js';

export async function main([folder, file, name = 'study']: string[]): Promise<void> {
  if (!folder || !file)
    throw new UsageError('give a bundle, and the report.json of a study of it or its training file');
  const { card, sha256 } = await readBundle(folder);
  if (!file.endsWith('.json')) {
    await updateCard(folder, await trainedTargets(card, file));
    return;
  }
  const report = JSON.parse(await readFile(file, 'utf8')) as Report;
  if (report.bundle.sha256 !== sha256) throw new UsageError(`${file} is of another bundle than ${folder}`);
  await updateCard(folder, { metrics: { [name]: cardFigures(report) } });
}

/** Of the jets that training saw, the spectrum weighted as it weighted them. */
async function trainedTargets(
  card: ModelCard,
  file: string,
): Promise<Pick<ModelCard, 'spectrum' | 'targetRange'>> {
  const { target } = STAGES_OF_TASK[card.task];
  const weight = card.training.options.weight as string | null | undefined;
  const table = await readJets(file, { stages: [target], keys: true, extra: weight ? [weight] : [] });
  const { rows, columns } = splitJets(table, card, 'train');
  const targetRange = byVariable((variable): [number, number] => {
    const sorted = columns[columnName(target, variable)]!.toSorted();
    return [sorted[0]!, sorted[sorted.length - 1]!];
  });
  if (target !== 'gen') return { targetRange };
  const weights = weight ? columns[weight]! : undefined;
  const sum = weights?.reduce((total, each) => total + each, 0) ?? rows;
  const spectrum = genSpectrum(
    columns.gen_pt!,
    columns.gen_eta!,
    weights?.map((each) => (each * rows) / sum),
  );
  return { targetRange, spectrum };
}

/** @returns the card's `metrics.study`. */
export function cardFigures(report: Report): Record<string, unknown> {
  const { input, jets, samples, seed, engine, verdict } = report;
  return {
    input,
    jets,
    samples,
    seed,
    engine,
    closure: byVariable((variable) => {
      const { ks, pValue, counts, expected } = report.variables[variable].closure;
      const share = expected / jets;
      const error = Math.sqrt((share * (1 - share)) / jets) / share;
      return { ks, pValue, firstBin: counts[0]! / expected, lastBin: counts.at(-1)! / expected, error };
    }),
    median: byVariable((variable) => {
      const { meanAbsError, sdError, typicalMeanAbsError, typicalSdError } =
        report.variables[variable].median;
      const error = sdError / Math.sqrt(jets);
      return { meanAbsError, error, sdError, typicalMeanAbsError, typicalSdError };
    }),
    ...(hasJoint(report) ? { joint: jointFigures(report.joint.model, report.joint.jets) } : {}),
    verdict: { passed: verdict.passed, reasons: verdict.reasons },
  };
}

function jointFigures({ c2st, tarp, rosenblatt }: JointModel, jets: number): Record<string, unknown> {
  return {
    jets,
    auc: c2st.auc.auc,
    aucError: c2st.auc.error,
    c2stPValue: c2st.pValue,
    tarpPValue: tarp.pValue,
    rosenblattPValue: rosenblatt.smooth.pValue,
  };
}

type JointModel = Extract<Report['joint'], { readonly model: unknown }>['model'];
