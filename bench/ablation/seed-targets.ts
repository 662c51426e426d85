/**
 * The targets of the method's first code: (t' + 10) / (t + 10), t = log pt, eta, phi, log(m + 0.7), standardised; phi
 * is not wrapped. For the ablation alone: bundles know log ratios and differences.
 *
 * For one jet the target is a line in t', so a loss in it times sd (t + 10) is one in log ratios and differences.
 */
import { columnName, VARIABLES } from '../../src/jets/columns.js';
import { splitPart } from '../../src/jets/split.js';
import type { JetsTable } from '../../src/jets/table.js';
import { STAGES_OF_TASK, type Task } from '../../src/model/tasks.js';
import { INPUT_TRANSFORMS, inputValue } from '../../src/model/transforms.js';
import type { Dataset } from '../../training/dataset.js';

const SHIFT = 10;

/** @returns the same jets with these targets, and what one unit of them is in those of `dataset`, [jets, 4]. */
export function withSeedTargets(
  table: JetsTable,
  task: Task,
  dataset: Dataset,
): { dataset: Dataset; scale: Float32Array } {
  const { input, target } = STAGES_OF_TASK[task];
  const parts = {
    train: new Float32Array(4 * dataset.train.count),
    validation: new Float32Array(4 * dataset.validation.count),
  };
  const scale = new Float32Array(4 * dataset.validation.count);
  VARIABLES.forEach((variable, step) => {
    const from = table.columns[columnName(input, variable)]!;
    const to = table.columns[columnName(target, variable)]!;
    const unit = (step === 0 && dataset.validation.ptUnit?.ratioSd) || dataset.targets[step]!.sd;
    const places = { train: 0, validation: 0, test: 0 };
    for (let jet = 0; jet < table.rows; jet++) {
      const part = splitPart(jet, dataset.split.seed);
      const place = 4 * places[part]++ + step;
      if (part === 'test') continue;
      const t = inputValue(INPUT_TRANSFORMS[variable], from[jet]!) + SHIFT;
      parts[part][place] = (inputValue(INPUT_TRANSFORMS[variable], to[jet]!) + SHIFT) / t;
      if (part === 'validation') scale[place] = t / unit;
    }
    const { mean, sd } = moments(parts.train, step);
    for (const values of [parts.train, parts.validation])
      for (let i = step; i < values.length; i += 4) values[i] = (values[i]! - mean) / sd;
    for (let i = step; i < scale.length; i += 4) scale[i]! *= sd;
  });
  return {
    dataset: {
      ...dataset,
      train: { ...dataset.train, targets: parts.train },
      validation: { ...dataset.validation, targets: parts.validation, ptUnit: undefined },
    },
    scale,
  };
}

function moments(values: Float32Array, step: number): { mean: number; sd: number } {
  const count = values.length / 4;
  let sum = 0;
  for (let i = step; i < values.length; i += 4) sum += values[i]!;
  const mean = sum / count;
  let squares = 0;
  for (let i = step; i < values.length; i += 4) squares += (values[i]! - mean) ** 2;
  return { mean, sd: Math.sqrt(squares / count) };
}
