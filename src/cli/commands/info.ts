/** `jet-iqn info`: what a bundle or a jets file is, or what this installation can do. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command } from 'commander';
import { InputError } from '../../errors.js';
import { availableThreads } from '../../sampling/available-threads.js';
import { version } from '../../version.js';
import { commonOptions } from '../options.js';
import { say, writeJson } from '../output.js';
import { sayDropped } from '../task-jets.js';

const EXAMPLES = `
Examples:
  jet-iqn info                       versions, threads, the training backend
  jet-iqn info models/simulation     a bundle: trained how, on what, how right; the whole card with --json
  jet-iqn info jets.parquet          rows and columns of a jets table`;

export function infoCommand(): Command {
  return new Command('info')
    .description('describe a bundle or a file of jets, or what this installation can do')
    .argument('[path]', 'a bundle folder or a jets file')
    .addOption(commonOptions.json())
    .addHelpText('after', EXAMPLES)
    .action(async (path: string | undefined, { json }: { json: boolean }) => {
      const found = path === undefined ? { facts: await installation() } : await describe(path);
      if (json) writeJson(found.facts);
      else say('text' in found ? found.text : factLines(found.facts));
    });
}

async function installation(): Promise<Record<string, unknown>> {
  const { describeBackend } = await import('../../../training/backend.js');
  const { default: runtime } = await import('onnxruntime-node/package.json', { with: { type: 'json' } });
  const { describeAddon } = await import('../../engines/addon.js');
  const { describeWasm, fastestEngine } = await import('../../engines/open.js');
  return {
    'jet-iqn': version,
    node: process.version,
    'onnxruntime-node': runtime.version,
    'engine auto': await fastestEngine(),
    'wasm engine': await describeWasm(),
    'native engine': describeAddon(),
    threads: availableThreads(),
    training: await describeBackend(),
  };
}

/** What there is to say, and how it is said to people where that is not a line a fact. */
interface Description {
  readonly facts: Readonly<Record<string, unknown>>;
  readonly text?: string;
}

async function describe(path: string): Promise<Description> {
  const found = await stat(path).catch(() => {
    throw new InputError(path, 'no such file or folder; give a bundle folder or a jets file');
  });
  return found.isDirectory() ? describeBundle(path) : describeJets(path);
}

async function describeBundle(folder: string): Promise<Description> {
  const { readBundle } = await import('../../model/bundle-node.js');
  const { cardTable } = await import('../card-table.js');
  const { card } = await readBundle(folder);
  return { facts: { ...card }, text: cardTable(card) };
}

async function describeJets(path: string): Promise<Description> {
  const { readJets } = await import('../../files/read-jets.js');
  const warnings: string[] = [];
  const onWarning = (warning: string) => warnings.push(warning);
  const { rows, columns, source } = await readJets(path, { onWarning });
  sayDropped(source, false);
  return {
    facts: {
      file: basename(path),
      jets: rows,
      columns: Object.keys(columns),
      dropped: source.dropped ?? {},
      sha256: source.sha256,
      ...(warnings.length > 0 && { warnings }),
    },
  };
}

function factLines(facts: Description['facts']): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name.padEnd(18)}${factText(value)}`)
    .join('\n');
}

/** Lists between commas, and counts by reason as warnings have them. */
function factText(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  const counts = Object.entries(value).map(([reason, count]) => `${count} (${reason})`);
  return counts.join(', ') || 'none';
}
