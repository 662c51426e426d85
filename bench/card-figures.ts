/**
 * What a study found, short enough for a model card: closures, medians and the joint classifier, with their errors.
 *
 * Jets of one study are independent draws, so a share p of n jets has the error sqrt(p (1 - p) / n).
 */
import { VARIABLES } from '../src/jets/columns.js';
import { hasJoint, type Report } from '../src/report/report.js';

/** @returns the card's `metrics.study`. */
export function cardFigures(report: Report): Record<string, unknown> {
  const { input, jets, samples, seed, engine, verdict } = report;
  return {
    input,
    jets,
    samples,
    seed,
    engine,
    closure: perVariable((variable) => {
      const { ks, pValue, counts, expected } = report.variables[variable].closure;
      const share = expected / jets;
      const error = Math.sqrt((share * (1 - share)) / jets) / share;
      return { ks, pValue, firstBin: counts[0]! / expected, lastBin: counts.at(-1)! / expected, error };
    }),
    median: perVariable((variable) => {
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
    classifier: c2st.classifier,
    auc: c2st.auc.auc,
    aucError: c2st.auc.error,
    ...(c2st.network && { networkAuc: c2st.network.auc.auc, networkAucError: c2st.network.auc.error }),
    c2stPValue: c2st.pValue,
    tarpPValue: tarp.pValue,
    rosenblattPValue: rosenblatt.smooth.pValue,
  };
}

type JointModel = Extract<Report['joint'], { readonly model: unknown }>['model'];

function perVariable<T>(of: (variable: (typeof VARIABLES)[number]) => T): Record<string, T> {
  return Object.fromEntries(VARIABLES.map((variable) => [variable, of(variable)]));
}
