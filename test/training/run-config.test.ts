import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { InputError } from '../../src/errors.js';
import { type RunConfig, readConfig, writeConfig } from '../../training/run-config.js';
import { makeTinyRun } from '../tiny-run.js';

const HOSTILE: Record<string, (config: RunConfig) => unknown> = {
  'no object': () => [],
  null: () => null,
  'another format': (config) => ({ ...config, format: 'jet-iqn-run/9' }),
  'no network': ({ network, ...rest }) => rest,
  'a network of a billion units': (config) => ({ ...config, network: { ...config.network, head: [1e9] } }),
  'a network as deep as memory': (config) => ({
    ...config,
    network: { kind: 'paper', inputs: 4, width: 4, depth: 4294967295, slope: 0.3, tauInput: 'logit' },
  }),
  'layers that are no list': (config) => ({
    ...config,
    network: { ...config.network, trunk: { length: 2 ** 31 } },
  }),
  'a prototype': (config) => ({ ...config, network: JSON.parse('{"__proto__": {"kind": "paper"}}') }),
  'other inputs than the network': (config) => ({ ...config, inputs: [] }),
  'a width of zero': (config) => ({ ...config, inputs: config.inputs.map((input) => ({ ...input, sd: 0 })) }),
};

let folder: string;
let run: RunConfig;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jet-iqn-config-'));
  await makeTinyRun(join(folder, 'run'));
  run = await readConfig(join(folder, 'run'));
});
afterAll(() => rm(folder, { recursive: true }));

test('what was written is read, and nothing else is left; a folder without it is refused', async () => {
  const again = join(folder, 'not', 'there', 'yet');
  await writeConfig(again, { ...run, name: 'again' });
  expect(await readConfig(again)).toEqual({ ...run, name: 'again' });
  expect(await readdir(again)).toEqual(['config.json']);
  await expect(readConfig(join(folder, 'nowhere'))).rejects.toThrow(/does not exist; a training run has one/);
});

test.each(Object.entries(HOSTILE))('config.json with %s is refused', async (_, change) => {
  await writeFile(join(folder, 'config.json'), JSON.stringify(change(run)));
  await expect(readConfig(folder)).rejects.toBeInstanceOf(InputError);
});
