/** A report that a study wrote, back from its file: what other commands read of it is checked first. */
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { InputError } from '../errors.js';
import { byVariable } from '../jets/columns.js';
import { REPORT_FORMAT, type Report } from '../studies/summarise.js';

/** @param path report.json, or the folder in which it is. @throws InputError where it is none, or damaged. */
export async function readReport(path: string): Promise<Report> {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  const file = isFolder ? join(path, 'report.json') : path;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(file, `cannot be read (${error.code}); give the report.json of a study`, {
      cause: error,
    });
  });
  let report: Report;
  try {
    report = JSON.parse(text);
  } catch (error) {
    throw new InputError(file, 'is no JSON; give the report.json of a study', { cause: error });
  }
  if (report?.format !== REPORT_FORMAT)
    throw new InputError(
      file,
      `is no report of this version (${REPORT_FORMAT}); give the report.json of a study, or make it again`,
    );
  const { issues } = v.safeParse(REPORT, report, { abortEarly: true });
  if (issues)
    throw new InputError(
      file,
      `is damaged or altered (${v.getDotPath(issues[0])}: ${issues[0].message}); run the study again`,
    );
  return report;
}

const number = v.pipe(v.number(), v.finite());
const numbers = v.array(number);
const named = v.looseObject({ name: v.string(), sha256: v.string() });
const outside = v.looseObject({ truth: number, median: number });
const score = v.looseObject({
  ...{ model: number, error: number, control: number, controlError: number },
  ...{ typical: v.nullable(number), typicalError: v.nullable(number) },
});
const curve = v.looseObject({
  ...{ truth: numbers, error: numbers, predicted: numbers, q16: numbers, q84: numbers },
});
const cut = v.picklist(['pt', '|eta|']);

const VARIABLE = v.looseObject({
  marginal: v.looseObject({
    ...{ edges: v.pipe(numbers, v.minLength(2)), truth: numbers, truthLow: numbers, truthHigh: numbers },
    ...{ median: numbers, q16: numbers, q84: numbers, underflow: outside, overflow: outside },
  }),
  closure: v.looseObject({
    ...{ counts: numbers, ks: number },
    ecdf: v.looseObject({ difference: numbers, pValue: number }),
  }),
  median: v.looseObject({
    ...{ meanAbsError: number, sdError: number },
    errors: v.looseObject({
      ...{ meanAbsError: number, sdError: number },
      ...{ meanAbsDifference: v.nullable(number), sdDifference: v.nullable(number) },
    }),
  }),
});

const JOINT = v.looseObject({
  ...{ jets: number, samples: number },
  response: v.array(
    v.looseObject({
      ...{ of: cut, along: cut, low: number, high: v.nullable(number), jets: number },
      ...{ edges: numbers, jetsPerBin: numbers },
      variables: v.looseObject(byVariable(() => v.looseObject({ median: curve, width: curve, core: curve }))),
    }),
  ),
  scores: v.looseObject({ crps: v.looseObject(byVariable(() => score)), energy: score }),
  model: v.looseObject({
    c2st: v.looseObject({ auc: v.looseObject({ auc: number, error: number }) }),
  }),
});

const REPORT = v.looseObject({
  variables: v.looseObject(byVariable(() => VARIABLE)),
  task: v.picklist(['simulation', 'correction']),
  ...{ jets: number, samples: number, bundle: named, input: named },
  model: v.looseObject({ network: v.string(), parameters: number, multiplicationsPerPrediction: number }),
  verdict: v.looseObject({
    ...{ passed: v.boolean(), tooFewJets: v.boolean(), level: number },
    tests: v.array(v.looseObject({ adjustedPValue: number })),
  }),
  joint: v.union([JOINT, v.strictObject({})]),
});
