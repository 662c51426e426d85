#!/usr/bin/env node
/**
 * `npm run ablation -- JETS -o DIR --epochs N`: trains every variant, measures it on validation jets and writes the
 * tables and figures of docs/ablation.md. A run that is there is not done again; one that was interrupted goes on.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command, Option } from 'commander';
import { commandLine } from '../../src/cli/command-line.js';
import { finiteNumber, positiveInteger } from '../../src/cli/options.js';
import { JetIqnError } from '../../src/errors.js';
import { readJets } from '../../src/files/read-jets.js';
import type { JetsTable } from '../../src/jets/table.js';
import { STAGES_OF_TASK, TASKS, type Task } from '../../src/model/tasks.js';
import { type Backend, loadBackend } from '../../training/backend.js';
import { readCheckpoint } from '../../training/checkpoint.js';
import { createDataset, type Dataset } from '../../training/dataset.js';
import { createNetwork } from '../../training/networks/create.js';
import { trainingOptions } from '../../training/options.js';
import { flatWeights } from '../../training/parameters.js';
import { validationLikelihood } from '../../training/refine.js';
import { newRunConfig } from '../../training/run-config.js';
import type { Tails } from '../../training/tails.js';
import { train } from '../../training/train.js';
import { writeDocument } from './document.js';
import { measureQuality, type Quality } from './measure.js';
import { withSeedTargets } from './seed-targets.js';
import { FRONT, VARIANTS, type Variant } from './variants.js';

/** What is known of one finished run. */
export interface AblationResult extends Quality {
  readonly name: string;
  readonly epochs: number;
  /** Of training alone, and rows a second over it. */
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly tails: Tails;
  /** Minus the log density of a jet, in standardised targets; null for the paper's network, which is not refined. */
  readonly nats: number | null;
  /** What of the run it was measured on: a result of other options or jets is not taken over. */
  readonly key: string;
}

interface Options {
  readonly output: string;
  readonly task: Task;
  readonly epochs: number;
  readonly limit?: number;
  readonly validationJets: number;
  readonly only?: readonly string[];
  readonly document: string;
}

await new Command('ablation')
  .argument('<jets>', 'a jets table')
  .requiredOption('-o, --output <folder>', 'for the runs and their results')
  .addOption(new Option('--task <name>', 'simulation or correction').choices(TASKS).default('simulation'))
  .option('--epochs <n>', 'of the base runs', finiteNumber, 5)
  .option('--limit <n>', 'first n jets alone', positiveInteger)
  .option('--validation-jets <n>', 'validation jets that are measured', positiveInteger, 40_000)
  .option('--only <names...>', 'these variants alone')
  .option('--document <file>', 'the page whose ablation section is written', 'docs/ablation.md')
  .action(main)
  .parseAsync()
  .catch((error) => {
    process.stderr.write(`ablation: ${error instanceof JetIqnError ? error.message : error.stack}\n`);
    process.exitCode = error instanceof JetIqnError ? error.exitCode : 1;
  });

async function main(path: string, options: Options): Promise<void> {
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
  process.once('SIGTERM', () => interruption.abort());
  const backend = await loadBackend();
  const { input, target } = STAGES_OF_TASK[options.task];
  const table = await readJets(path, {
    stages: [input, target],
    ...(options.limit === undefined ? {} : { limit: options.limit }),
  });
  const { task } = options;
  const dataset = createDataset(table, trainingOptions({ task }));
  await mkdir(options.output, { recursive: true });
  const chosen = [...VARIANTS, ...FRONT].filter(({ name }) => options.only?.includes(name) ?? true);
  const results: AblationResult[] = [];
  for (const [i, variant] of chosen.entries()) {
    process.stderr.write(`${i + 1}/${chosen.length} ${variant.name}: `);
    const result = await resultOf(variant, options, { backend, table, dataset }, interruption.signal);
    process.stderr.write(`${result.sum.toFixed(4)}, ${Math.round(result.seconds)} s\n`);
    results.push(result);
    const ablated = results.filter(({ name }) => VARIANTS.some((variant) => variant.name === name));
    if (ablated.length > 0)
      await writeDocument(ablated, {
        file: options.document,
        output: options.output,
        backend,
        table,
        dataset,
        task,
        epochs: options.epochs,
      });
  }
}

async function resultOf(
  variant: Variant,
  { output, task, epochs: base, validationJets }: Options,
  { backend, table, dataset }: { backend: Backend; table: JetsTable; dataset: Dataset },
  signal: AbortSignal,
): Promise<AblationResult> {
  const folder = join(output, variant.name);
  const epochs = base * (variant.epochs ?? 1);
  const options = trainingOptions({ task, epochs, refine: 0, ...variant.options });
  const key = JSON.stringify([options, table.source.sha256, table.rows, validationJets]);
  const file = join(folder, 'result.json');
  const known = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as AblationResult,
    () => undefined,
  );
  if (known?.key === key) return known;

  const made = variant.seedTargets ? withSeedTargets(table, task, dataset) : { dataset };
  const config = newRunConfig({
    name: variant.name,
    options,
    table: { ...table, source: { ...table.source, name: basename(table.source.name) } },
    dataset: made.dataset,
    backend,
    description: variant.seedTargets ? "Targets (t' + 10) / (t + 10): not for export." : '',
    command: commandLine(process.argv.slice(2)),
  });
  const stored = await readCheckpoint(folder, 'last').catch(() => undefined);
  const resume = JSON.stringify(stored?.config.options) === JSON.stringify(options);
  const { state, rowsPerSecond, tails } = await train({
    folder,
    config,
    dataset: made.dataset,
    backend,
    resume,
    signal,
  });
  const { config: read, weights } = await readCheckpoint(folder, 'best');
  const network = createNetwork(read.network, backend.kernels);
  const flat = flatWeights(read.network, weights);
  const quality = measureQuality(
    network,
    flat,
    made.dataset.validation,
    validationJets,
    'scale' in made ? made.scale : undefined,
  );
  const result = {
    name: variant.name,
    key,
    epochs,
    seconds: state.seconds,
    rowsPerSecond,
    tails,
    nats:
      read.network.kind === 'paper'
        ? null
        : validationLikelihood(network, flat, made.dataset.validation, validationJets),
    ...quality,
  };
  await writeFile(`${file}.writing`, `${JSON.stringify(result, null, 2)}\n`);
  await rename(`${file}.writing`, file);
  return result;
}
