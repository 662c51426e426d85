/** `jet-iqn merge`: the shards of one sample or study → what a single run would have made. */
import { Command } from 'commander';
import { UsageError } from '../../errors.js';
import type { Job } from '../../sampling/job.js';
import { commonOptions } from '../options.js';
import { say, writeJson } from '../output.js';
import { lazyProgress } from '../progress.js';
import { studyCommand } from './study.js';

const EXAMPLES = `
Examples:
  jet-iqn merge part-0 part-1 part-2 -o out
  jet-iqn merge part-* -o out --jets /elsewhere/jets.parquet     the jets have moved since the shards ran

All shards of the job must be there, each once, whole and of the same bundle, seed, input and engine. Shards of a study
end in its report, for which bundle and jets are read again.`;

interface MergeOptions {
  readonly output: string;
  readonly bundle?: string;
  readonly jets?: string;
  readonly strict: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

export function mergeCommand(): Command {
  return new Command('merge')
    .description('put the shards of a sample or study together')
    .argument('<folders...>', 'output folders of all shards')
    .requiredOption('-o, --output <folder>', 'where the whole goes')
    .option('--bundle <folder>', 'the bundle of a study, if it has moved since the shards ran')
    .option('--jets <file>', 'the jets of a study, if they have moved since the shards ran')
    .option('--strict', 'exit code 3 if a study’s model fails', false)
    .addOption(commonOptions.json())
    .addOption(commonOptions.quiet())
    .addHelpText('after', EXAMPLES)
    .action(runMerge);
}

async function runMerge(folders: string[], options: MergeOptions): Promise<void> {
  const { output, json, quiet } = options;
  const { mergeShards } = await import('../../sampling/merge.js');
  const progress = lazyProgress({ label: 'checking', unit: 'files', quiet });
  try {
    const merged = await mergeShards(folders, output, progress.update);
    progress.stop();
    if (merged.kind === 'study') {
      await finishStudy(merged.job, merged.request, options);
      return;
    }
    const { files, range } = merged.manifest;
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    if (json) writeJson({ output, files: files.length, rows, range });
    else say(`${rows} rows in ${files.length} files in ${output}`);
  } finally {
    progress.stop();
  }
}

/** What a shard of a study leaves for this command. */
interface StudyRequest {
  readonly bundle: string;
  readonly jets: string;
  readonly limit?: number;
  readonly split?: string;
  readonly key?: readonly string[];
  readonly collection?: string;
  readonly maxDeltaR?: number | true;
  readonly jointJets?: number;
}

/** The same study, resumed where all is done but the report. */
async function finishStudy(job: Job, request: unknown, options: MergeOptions): Promise<void> {
  const {
    bundle,
    jets,
    limit,
    split,
    key = [],
    jointJets,
    collection,
    maxDeltaR,
  } = (request ?? {}) as Partial<StudyRequest>;
  const from = { bundle: options.bundle ?? bundle, jets: options.jets ?? jets };
  if (from.bundle === undefined || from.jets === undefined)
    throw new UsageError('these shards do not say where bundle and jets are; give --bundle and --jets');
  const { ENGINES } = await import('../../engines/open.js');
  await studyCommand()
    .exitOverride()
    .parseAsync(
      [
        ...['-o', options.output, '--resume'],
        ...['--samples', String(job.samples), '--seed', String(job.seed)],
        ...(ENGINES.some((name) => name === job.engine) ? ['--engine', job.engine] : []),
        ...(limit === undefined ? [] : ['--limit', String(limit)]),
        // One word with its value: what a stranger's manifest says is never an option of its own.
        ...(split === undefined ? [] : [`--split=${split}`]),
        ...(Array.isArray(key) ? key : []).map((name) => `--key=${name}`),
        ...(collection === undefined ? [] : [`--collection=${collection}`]),
        ...(maxDeltaR === undefined ? [] : [`--max-delta-r${maxDeltaR === true ? '' : `=${maxDeltaR}`}`]),
        ...(jointJets === undefined ? [] : ['--joint-jets', String(jointJets)]),
        ...(options.strict ? ['--strict'] : []),
        ...(options.json ? ['--json'] : []),
        ...(options.quiet ? ['--quiet'] : []),
        // The shards' manifests may come from strangers: what they name is a path, never an option.
        ...['--', from.bundle, from.jets],
      ],
      { from: 'user' },
    );
}
