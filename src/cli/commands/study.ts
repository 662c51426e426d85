/** `jet-iqn study`: is the model right on these jets? Spectra, closure, medians → report.html, report.json, figures. */
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { InputError, VerdictError } from '../../errors.js';
import { columnsOf } from '../../jets/columns.js';
import { SPLIT_SHARES, type SplitPart } from '../../jets/split.js';
import type { JetsTable } from '../../jets/table.js';
import type { ModelCard } from '../../model/card.js';
import { STAGES_OF_TASK } from '../../model/tasks.js';
import { sayShard } from '../array-job.js';
import { interruptible } from '../interrupt.js';
import {
  addCommonOptions,
  BLOCK_OPTIONS,
  type BlockOptions,
  commonOptions,
  MODEL_OPTIONS,
  type ModelOptions,
  positiveInteger,
} from '../options.js';
import { say, warn, writeJson } from '../output.js';
import { lazyProgress } from '../progress.js';
import { readTaskJets } from '../task-jets.js';

/** The tests rank and count jets: with weights, and with negative ones above all, their p-values would mean nothing. */
const UNWEIGHTED =
  'A study counts each jet once; weights, negative ones too, are for train --weight and fold --weight.';

/** Columns that hold the weights of events or jets, as generators and NanoAOD name them. */
const WEIGHT_COLUMN = /^(gen|mc|event|evt|jet)?_?weights?$/i;

const EXAMPLES = `
Examples:
  jet-iqn study models/simulation jets.parquet -o out
  jet-iqn study models/correction jets.parquet -o out --samples 200 --limit 5000 --json
  jet-iqn study models/simulation jets.parquet -o part-3 --shard 3/16
  jet-iqn study my-model training-jets.parquet -o out --split test     of its training file, what training never saw

Writes report.html, report.json, and each figure as figures/*.svg and *.png with its numbers as *.json. Needs the input
and the true jets of the model's task: gen_ and reco_ columns for simulation, raw_ and gen_ for correction.`;

interface StudyCommandOptions extends ModelOptions, BlockOptions {
  readonly output: string;
  readonly maxDeltaR?: number | true;
  readonly split?: SplitPart;
  readonly strict: boolean;
  readonly jointJets?: number;
  readonly quick: boolean;
}

export function studyCommand(): Command {
  const command = new Command('study')
    .description('test a model on jets whose truth is known, and write a report')
    .argument('<bundle>', 'folder of the model')
    .argument('<jets>', 'file of jets, or - for standard input')
    .requiredOption('-o, --output <folder>', 'where the report goes')
    .addOption(commonOptions.samples(1000))
    .option(
      '--joint-jets <n>',
      'jets that the joint tests look at, at most (default: 200000)',
      positiveInteger,
    )
    .option('--quick', 'the joint tests look at 20000 jets at most', false)
    .addOption(
      new Option(
        '--split <part>',
        'only this part of the file that the model was trained on; test: what training never saw',
      ).choices(Object.keys(SPLIT_SHARES)),
    )
    .addOption(new Option('--weight <column>', UNWEIGHTED).argParser(refuseWeights).hideHelp())
    .option(
      '--strict',
      'exit code 3 if the model fails; 0 if there are too few jets to judge (under 500)',
      false,
    );
  addCommonOptions(command, [...BLOCK_OPTIONS, 'maxDeltaR', ...MODEL_OPTIONS]);
  return command.addHelpText('after', EXAMPLES).action(runStudy);
}

async function runStudy(folder: string, jets: string, options: StudyCommandOptions): Promise<void> {
  const { readBundle } = await import('../../model/bundle-node.js');
  const { checkInputsAndFolder } = await import('../../files/inputs-and-output.js');
  checkInputsAndFolder([jets, folder], options.output);
  const bundle = await readBundle(folder);
  // For correction reco as well, where the file has it: the typical reconstruction.
  const stages = bundle.card.task === 'simulation' ? { stages: ['gen', 'reco'] as const } : {};
  const onColumns = (names: readonly string[]) => warnOfWeights(jets, names, options);
  const reading = readTaskJets(jets, bundle.card, { ...options, ...stages, onColumns });
  const { table, notes } = await reading.catch((error) => {
    if (!(error instanceof InputError) || error.missing.length === 0) throw error;
    const truth: readonly string[] = columnsOf(STAGES_OF_TASK[bundle.card.task].target);
    if (!error.missing.every((name) => truth.includes(name))) throw error;
    const remedy = 'jets without true ones can only be predicted: jet-iqn predict, jet-iqn sample';
    throw new InputError(error.file, `${error.problem}; ${remedy}`, { cause: error });
  });
  if (options.split === undefined) await warnOfTrainingJets(table, bundle.card, options);
  const { study, studyShard } = await import('../../study.js');
  const { output: outputDir, samples, seed, threads, shard, resume, overwrite, quiet, json } = options;
  const { bundleEngine } = await import('../../engines/open.js');
  const engine = await bundleEngine(folder, options.engine);
  if (engine.note) warn(engine.note, { quiet });
  sayShard(shard, table.rows, options);
  const { JOINT_JETS } = await import('../../studies/joint/joint-study.js');
  const jointJets = options.jointJets ?? (options.quick ? JOINT_JETS.quick : undefined);
  const interrupt = interruptible({ quiet });
  const progress = lazyProgress({ label: 'sampling', unit: 'predictions', quiet });
  const joint = lazyProgress({ label: 'joint tests', unit: '%', quiet });
  const drawing = lazyProgress({ label: 'report', unit: 'figures', quiet });
  const common = {
    engine,
    jointJets,
    samples,
    seed,
    threads,
    outputDir,
    resume,
    overwrite,
    onJoint: (share: number) => joint.update(Math.round(100 * share), 100),
    onProgress: (done: number, all: number, after: number) => {
      joint.stop();
      progress.update(done, all, after);
    },
    onFigure: (done: number, all: number) => {
      progress.stop();
      drawing.update(done, all);
    },
    signal: interrupt.signal,
  };
  try {
    if (shard) {
      const request = {
        command: 'study',
        bundle: folder,
        jets,
        limit: options.limit,
        split: options.split,
        key: options.key,
        jointJets,
        collection: options.collection,
        maxDeltaR: options.maxDeltaR,
      };
      const { throughput } = await studyShard(bundle, table, { ...common, shard, request });
      progress.stop();
      const part = { output: outputDir, shard, throughput, ...notes };
      if (json) writeJson(part);
      else say(`Shard ${shard.index} of ${shard.count} is in ${outputDir}; merge it with the others`);
      return;
    }
    const report = await study(bundle, table, common);
    progress.stop();
    joint.stop();
    drawing.stop();
    if (json) writeJson(report);
    else {
      const { studyTable } = await import('../study-table.js');
      const page = join(outputDir, 'report.html');
      say(`${await studyTable(report)}\nWhat to do now: ${page}#what-now\n${page}`);
    }
    if (options.strict && !report.verdict.passed) throw new VerdictError(report.verdict.reasons.join(' '));
  } finally {
    progress.stop();
    joint.stop();
    drawing.stop();
    interrupt.dispose();
  }
}

/** A word where the model is to be tested on what it has learnt from. */
async function warnOfTrainingJets(
  table: JetsTable,
  card: ModelCard,
  { quiet }: { readonly quiet: boolean },
): Promise<void> {
  const { isTrainingFile } = await import('../../model/split-jets.js');
  if (isTrainingFile(table, card))
    warn(
      `${table.source.name}: ${card.name} was trained on ${Math.round(100 * SPLIT_SHARES.train)} % of these jets, which flatters it; --split test takes those that it never saw`,
      { quiet },
    );
}

/** @throws InvalidArgumentError always: who asks for weights must not get a study without. */
function refuseWeights(): never {
  throw new InvalidArgumentError(UNWEIGHTED);
}

/** A word where the file has weights, which the study leaves unread. */
function warnOfWeights(file: string, names: readonly string[], { quiet }: { readonly quiet: boolean }): void {
  const weights = names.filter((name) => WEIGHT_COLUMN.test(name));
  if (weights.length > 0) warn(`${file}: ${weights.join(', ')} not used. ${UNWEIGHTED}`, { quiet });
}
