/** `jet-iqn info`: what a bundle or a jets file is, or what this installation can do. */
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { Command } from 'commander';
import { InputError } from '../../errors.js';
import { version } from '../../version.js';
import { commonOptions } from '../options.js';
import { writeJson } from '../output.js';

const EXAMPLES = `
Examples:
  jet-iqn info                       versions, threads, the training backend
  jet-iqn info models/simulation     a bundle's card
  jet-iqn info jets.parquet          rows and columns of a jets table`;

export function infoCommand(): Command {
  return new Command('info')
    .description('say what a bundle or a jets file is, or what this installation can do')
    .argument('[path]', 'a bundle folder or a jets file')
    .addOption(commonOptions.json())
    .addHelpText('after', EXAMPLES)
    .action(async (path: string | undefined, { json }: { json: boolean }) => {
      const facts = path === undefined ? await installation() : await describe(path);
      if (json) writeJson(facts);
      else
        for (const [name, value] of Object.entries(facts))
          process.stdout.write(`${name.padEnd(18)}${shown(value)}\n`);
    });
}

async function installation(): Promise<Record<string, unknown>> {
  const { describeBackend } = await import('../../../training/backend.js');
  const { default: runtime } = await import('onnxruntime-node/package.json', { with: { type: 'json' } });
  const { describeAddon } = await import('../../model/native/addon.js');
  const { describeHead } = await import('../../model/wasm/head-node.js');
  const { fastestEngine } = await import('../../sampling/engine.js');
  return {
    'jet-iqn': version,
    node: process.version,
    'onnxruntime-node': runtime.version,
    'engine auto': await fastestEngine(),
    'wasm engine': await describeHead(),
    'native engine': describeAddon(),
    threads: availableParallelism(),
    training: await describeBackend(),
  };
}

async function describe(path: string): Promise<Record<string, unknown>> {
  const found = await stat(path).catch(() => {
    throw new InputError(path, 'no such file or folder; give a bundle folder or a jets file');
  });
  return found.isDirectory() ? describeBundle(path) : describeJets(path);
}

async function describeBundle(folder: string): Promise<Record<string, unknown>> {
  const { readBundle } = await import('../../model/bundle-node.js');
  const { card } = await readBundle(folder);
  return { ...card };
}

async function describeJets(path: string): Promise<Record<string, unknown>> {
  const { readJets } = await import('../../formats/read-jets.js');
  const { rows, columns, source } = await readJets(path);
  return { file: basename(path), jets: rows, columns: Object.keys(columns), sha256: source.sha256 };
}

/** One value on one line, however deep it is. */
function shown(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
