/** Two or more models on the same jets, number by number: which is better, and by how many errors. */
import { InputError } from '../errors.js';
import { VARIABLES, type Variable } from '../jets/columns.js';
import type { JetsSource } from '../jets/table.js';
import type { Task } from '../model/tasks.js';
import { type ResponseFigure, relativeErrorOf } from '../studies/joint/response.js';
import type { Score } from '../studies/joint/scores.js';
import { hasJoint, type Report } from '../studies/summarise.js';
import { type Verdict, verdictWord } from '../studies/verdict.js';

/** What `compare --json` prints. */
export interface Comparison {
  readonly format: 'jet-iqn-comparison/1';
  readonly task: Task;
  /** The same for all. */
  readonly jets: number;
  readonly input: JetsSource;
  readonly models: readonly ComparedModel[];
  readonly rows: readonly ComparedRow[];
  /** Why there are no scores, scale and resolution, where there are none: not all reports have joint tests, of as many jets. */
  readonly withoutJoint: boolean;
}

export interface ComparedModel {
  /** A, B, C … */
  readonly letter: string;
  /** Of the report, as it was named. */
  readonly report: string;
  readonly name: string;
  readonly sha256: string;
  readonly network: string;
  readonly samples: number;
  readonly verdict: string;
  /** Tests that found a difference, and all. */
  readonly failed: number;
  readonly tests: number;
}

/** One number of each model; the one nearer to zero is the better. */
export interface ComparedRow {
  readonly group: ComparedGroup;
  /** Absent where it is of all four together. */
  readonly variable?: Variable;
  readonly values: readonly ComparedValue[];
  /** The model that is better than every other by more than their standard errors together; null where none is. */
  readonly better: number | null;
}

export interface ComparedValue {
  readonly value: number;
  /** Standard error. */
  readonly error: number;
  /** Standard error of its difference, jet by jet, to the typical jet's, which all reports share; where there is one. */
  readonly pairedError?: number;
}

export type ComparedGroup =
  | 'scale'
  | 'resolution'
  | 'crps'
  | 'energyScore'
  | 'medianError'
  | 'medianErrorSd'
  | 'closureDistance'
  | 'aucMinusHalf'
  | 'multiplications';

/** SD of sqrt(N) times Kolmogorov's distance of N uniform numbers, about. */
const KOLMOGOROV_SD = 0.26;

/**
 * @param reports two or more, by the name of their file.
 * @throws InputError where two are of different jets or tasks.
 */
export function compareReports(
  reports: readonly { readonly path: string; readonly report: Report }[],
): Comparison {
  const [{ path: firstPath, report: first }, ...others] = reports;
  for (const { path, report } of others) {
    const difference = differenceOf(first, report);
    if (difference !== undefined)
      throw new InputError(
        path,
        `${difference} than ${firstPath}; study all models on the same jets (file, --split, --limit)`,
      );
  }
  const all = reports.map(({ report }) => report);
  const joint = all.flatMap((report) => (hasJoint(report) ? [report.joint] : []));
  const withoutJoint =
    joint.length < all.length || joint.some((own) => truthOf(own.response) !== truthOf(joint[0].response));
  const row = (group: ComparedGroup, values: readonly ComparedValue[], variable?: Variable): ComparedRow => ({
    group,
    ...(variable && { variable }),
    values,
    better: better(values),
  });
  const each = (group: ComparedGroup, value: (report: Report, variable: Variable) => ComparedValue) =>
    VARIABLES.map((variable) =>
      row(
        group,
        all.map((report) => value(report, variable)),
        variable,
      ),
    );
  const ofJoint = withoutJoint
    ? []
    : [
        ...(['pt', 'mass'] as const).map((variable) =>
          row(
            'scale',
            joint.map((own) => meanDifference(own, variable, 'median')),
            variable,
          ),
        ),
        ...VARIABLES.map((variable) =>
          row(
            'resolution',
            joint.map((own) => meanDifference(own, variable, 'width')),
            variable,
          ),
        ),
        ...VARIABLES.map((variable) =>
          row(
            'crps',
            joint.map(({ scores }) => scoreValue(scores.crps[variable])),
            variable,
          ),
        ),
        row(
          'energyScore',
          joint.map(({ scores }) => scoreValue(scores.energy)),
        ),
        row(
          'aucMinusHalf',
          joint.map(({ model: { c2st } }) => ({ value: c2st.auc.auc - 0.5, error: c2st.auc.error })),
        ),
      ];
  return {
    format: 'jet-iqn-comparison/1',
    task: first.task,
    jets: first.jets,
    input: first.input,
    models: reports.map(({ path, report }, i) => ({
      letter: String.fromCharCode(65 + i),
      report: path,
      name: report.bundle.name,
      sha256: report.bundle.sha256,
      network: report.model.network,
      samples: report.samples,
      verdict: verdictWord(report.verdict),
      failed: failedTests(report.verdict),
      tests: report.verdict.tests.length,
    })),
    rows: [
      ...ofJoint,
      ...each('medianError', ({ variables }, variable) => {
        const { meanAbsError: value, errors } = variables[variable].median;
        return compared(value, errors.meanAbsError, errors.meanAbsDifference);
      }),
      ...each('medianErrorSd', ({ variables }, variable) => {
        const { sdError: value, errors } = variables[variable].median;
        return compared(value, errors.sdError, errors.sdDifference);
      }),
      ...each('closureDistance', ({ variables, jets }, variable) => ({
        value: variables[variable].closure.ks,
        error: KOLMOGOROV_SD / Math.sqrt(jets),
      })),
      row(
        'multiplications',
        all.map(({ model }) => ({ value: model.multiplicationsPerPrediction, error: 0 })),
      ),
    ],
    withoutJoint,
  };
}

/** What two reports are of that differs, in words; undefined where they are of the same jets. */
function differenceOf(a: Report, b: Report): string | undefined {
  if (a.task !== b.task) return `is of another task (${b.task})`;
  if (a.input.sha256 !== b.input.sha256) return `is of another file of jets (${b.input.name})`;
  const spectra = ({ variables }: Report) =>
    JSON.stringify(
      VARIABLES.map((variable) => [variables[variable].marginal.edges, variables[variable].marginal.truth]),
    );
  return a.jets !== b.jets || spectra(a) !== spectra(b) ? `is of other jets of ${b.input.name}` : undefined;
}

type Joint = Extract<Report['joint'], { readonly response: unknown }>;

/** The true jets of the joint tests: the same where they looked at the same. */
function truthOf(response: Joint['response']): string {
  return JSON.stringify(
    response.map(({ edges, jetsPerBin, variables }) => [edges, jetsPerBin, variables.pt.median.truth]),
  );
}

/** Mean |predicted / true - 1| over the jets, by bins of pt in ranges of |eta|. */
function meanDifference(
  { response, samples }: Joint,
  variable: Variable,
  figure: ResponseFigure,
): ComparedValue {
  let [jets, sum, variance] = [0, 0, 0];
  for (const { along, jetsPerBin, variables } of response) {
    if (along !== 'pt') continue;
    const curve = variables[variable][figure];
    const { truth, predicted } = curve;
    jetsPerBin.forEach((count, bin) => {
      if (!(truth[bin] > 0)) return;
      jets += count;
      sum += count * Math.abs(predicted[bin] / truth[bin] - 1);
      variance += (count * relativeErrorOf(curve, bin, samples)) ** 2;
    });
  }
  return { value: jets > 0 ? sum / jets : 0, error: jets > 0 ? Math.sqrt(variance) / jets : 0 };
}

function scoreValue({ model, error, typicalError }: Score): ComparedValue {
  return compared(model, error, typicalError);
}

function compared(value: number, error: number, pairedError: number | null): ComparedValue {
  return { value, error, ...(pairedError !== null && { pairedError }) };
}

function better(values: readonly ComparedValue[]): number | null {
  const best = values.reduce(
    (least, { value }, i) => (Math.abs(value) < Math.abs(values[least].value) ? i : least),
    0,
  );
  // Both errors of a pair, or neither: what the jets have in common falls out of the difference.
  const paired = values.every(({ pairedError }) => pairedError !== undefined);
  const errorOf = ({ error, pairedError }: ComparedValue) => (paired ? Math.min(error, pairedError!) : error);
  const clear = values.every(
    (own, i) =>
      i === best ||
      Math.abs(own.value) - Math.abs(values[best].value) > Math.hypot(errorOf(own), errorOf(values[best])),
  );
  return clear ? best : null;
}

function failedTests({ tests, level }: Verdict): number {
  return tests.filter(({ adjustedPValue }) => adjustedPValue <= level).length;
}
