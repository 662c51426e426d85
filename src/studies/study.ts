/** The studies of one model, put together from one pass over its samples: what report.json holds. */
import { byVariable, columnName, VARIABLES, type Variable } from '../jets/columns.js';
import type { JetsTable } from '../jets/table.js';
import type { ModelCard } from '../model/card.js';
import { networkInWords } from '../model/network-spec.js';
import { STAGES_OF_TASK } from '../model/tasks.js';
import { type Named, REPORT_FORMAT, type Report, type Throughput } from '../report/report.js';
import type { StudyTotals } from '../sampling/totals.js';
import { makeGenerator } from '../stats/generator.js';
import { histogram } from '../stats/histogram.js';
import { closure, pitFromRanks } from './closure.js';
import { closureSlices } from './closure-slices.js';
import type { JointReport } from './joint/joint-study.js';
import { marginal } from './marginal.js';
import { medianErrors, medians } from './medians.js';
import { spectrumPValues } from './replicates.js';
import { outsideTraining, verdict } from './verdict.js';

/** What the generator that breaks ties is for, see generator.ts. */
const SPECTRUM_USE = 5;

/** How the samples were made. */
export interface StudyRun {
  readonly seed: number;
  readonly engine: string;
  readonly bundle: Named;
  readonly throughput: Throughput;
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * @param totals of a pass over all jets of `table`.
 * @param table with the columns of the task's target; reco and gen for the comparison with the typical reconstruction.
 * @param joint the joint tests of the same model and jets; where they have power they enter the verdict.
 * @throws RangeError where table and totals do not belong together.
 */
export function summarise(
  totals: StudyTotals,
  table: JetsTable,
  card: ModelCard,
  run: StudyRun,
  joint?: JointReport,
): Report {
  if (totals.jets !== table.rows)
    throw new RangeError(`totals of ${totals.jets} jets do not belong to a table of ${table.rows}`);
  const { jets, samples } = totals;
  const variables = byVariable((variable) => studyVariable(totals, variable, table, card, run.seed));
  const closures = VARIABLES.map((variable) => {
    const { pValue, effect } = variables[variable].closure;
    return { name: `closure of ${variable}`, pValue, jets, effect };
  });
  const inSlices = VARIABLES.map((variable) => {
    const { stage, pValue, effect } = variables[variable].slices;
    return { name: `closure of ${variable} in slices of ${stage} pt and |eta|`, pValue, jets, effect };
  });
  return {
    format: REPORT_FORMAT,
    task: card.task,
    jets,
    samples,
    predictions: jets * samples,
    seed: run.seed,
    engine: run.engine,
    bundle: run.bundle,
    input: { ...table.source, name: fileName(table.source.name) },
    model: {
      description: card.description,
      network: networkInWords(card.network),
      parameters: card.parameters,
      multiplicationsPerPrediction: card.multiplicationsPerPrediction,
      epochs: card.training.epochs,
      licence: card.licence,
      trainingData: {
        name: card.training.data.name,
        rows: card.training.data.rows,
        description: card.training.data.description,
      },
    },
    versions: run.versions,
    throughput: run.throughput,
    variables,
    joint: joint ?? {},
    verdict: verdict(
      [[...closures, ...inSlices], joint && !joint.withoutPower ? joint.model.tests : []],
      jets,
      outsideTraining(table, card),
    ),
  };
}

function studyVariable(
  totals: StudyTotals,
  variable: Variable,
  table: JetsTable,
  card: ModelCard,
  seed: number,
): Report['variables'][Variable] {
  const name = columnName(STAGES_OF_TASK[card.task].target, variable);
  const truth = table.columns[name];
  if (!truth) throw new RangeError(`no column ${name}`);
  const part = totals.variables[variable];
  const bins = part.edges.length + 1;
  const counts = new Uint32Array((totals.samples + 1) * bins);
  const { underflow, counts: inside, overflow } = histogram(truth, part.edges);
  counts.set([underflow, ...inside, overflow]);
  counts.set(part.counts, bins);
  const place = VARIABLES.indexOf(variable);
  const generator = makeGenerator(seed, SPECTRUM_USE, place);
  const pit = pitFromRanks(totals, variable, seed);
  return {
    marginal: marginal(part, truth),
    spectrum: spectrumPValues(counts, bins, generator),
    closure: closure(variable, pit),
    slices: closureSlices(variable, pit, table, card.task),
    median: {
      ...medians(variable, part.median, truth, table),
      errors: medianErrors(variable, part.median, truth, table, seed, place),
    },
  };
}

/** The last part of a path: a report should be the same from whichever folder it is made. */
function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
