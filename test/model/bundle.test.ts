import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BundleError } from '../../src/errors.js';
import { type Bundle, bundleFrom, sha256 } from '../../src/model/bundle.js';
import { readBundle } from '../../src/model/bundle-node.js';
import { GRAPH_FILES, type GraphFile } from '../../src/model/card.js';
import { decodeModel, encodeModel, type OnnxModel } from '../../src/model/onnx-proto.js';
import { createSession } from '../../src/model/session-node.js';
import { makeTinyBundle, tinyBundle } from '../tiny-bundle.js';

type Json = Record<string, unknown>;

/** The error of loading a bundle whose card was changed, hashes left as they are. */
async function withCard(change: (card: Json) => void): Promise<BundleError> {
  const { card, graphs } = await tinyBundle();
  const changed = structuredClone(card) as unknown as Json;
  change(changed);
  return refusal(JSON.stringify(changed), graphs);
}

/** The error of loading a bundle of which one graph was changed by somebody who knows how to make hashes. */
async function withGraph(file: GraphFile, change: (model: OnnxModel) => void): Promise<BundleError> {
  const { card, graphs } = await tinyBundle();
  const model = decodeModel(graphs[file]);
  change(model);
  const bytes = encodeModel(model);
  const files = { ...card.files, [file]: { sha256: await sha256(bytes), bytes: bytes.length } };
  return refusal(JSON.stringify({ ...card, files }), { ...graphs, [file]: bytes });
}

async function refusal(card: string, graphs: Bundle['graphs']): Promise<BundleError> {
  const read = async (file: string) =>
    file === 'model.json' ? new TextEncoder().encode(card) : graphs[file as GraphFile];
  const error = await bundleFrom('stranger', read).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BundleError);
  expect((error as BundleError).exitCode).toBe(2);
  expect((error as BundleError).message).not.toContain('\n');
  return error as BundleError;
}

describe('a card', () => {
  const cases: [string, (card: Json) => void, string][] = [
    ['of another format', (card) => (card.format = 'jet-iqn-bundle/2'), 'format: is not jet-iqn-bundle/1'],
    ['named like a path', (card) => (card.name = '../../etc/cron.d/x'), 'name: must be letters'],
    ['named like a hidden file', (card) => (card.name = '.ssh'), 'name: must be letters'],
    ['with a further field', (card) => (card.run = 'rm'), 'run: '],
    ['without a field', (card) => delete card.task, 'task: '],
    ['of an unknown task', (card) => (card.task = 'unfolding'), 'task: '],
    ['with a text without end', (card) => (card.description = 'a'.repeat(30_000)), 'description: '],
    ['with an absurd network', (card) => ((card.network as Json).head = [1e9]), 'network.head.0: '],
    ['with a network of no layers', (card) => ((card.network as Json).trunk = []), 'network.trunk: '],
    ['of an unknown network', (card) => ((card.network as Json).kind = 'flow'), 'network.kind: '],
    ['with a wrong number of parameters', (card) => (card.parameters = 7), 'parameters: '],
    ['with a spread of zero', (card) => ((card.inputs as Json[])[0]!.sd = 0), 'inputs.0.sd: must be above 0'],
    [
      'with a mean that is no number',
      (card) => ((card.targets as Json[])[2]!.mean = 'x'),
      'targets.2.mean: ',
    ],
    [
      'with inputs in another order',
      (card) => (card.inputs as Json[]).reverse(),
      'inputs: the first must be',
    ],
    ['with targets in another order', (card) => (card.targets as Json[]).reverse(), 'targets: they must be'],
    [
      'with a column too many',
      (card) => (card.inputs as Json[]).push({ ...(card.inputs as Json[])[0]!, column: 'rho' }),
      'inputs: their number',
    ],
    [
      'with a column named like a path',
      (card) => ((card.inputs as Json[])[3]!.column = '../mass'),
      'inputs.3.column: ',
    ],
    ['without a graph', (card) => delete (card.files as Json)['block.onnx'], 'files.block.onnx: '],
    [
      'with a file outside of its folder',
      (card) => ((card.files as Json)['../x.onnx'] = { sha256: '0'.repeat(64), bytes: 1 }),
      'files.../x.onnx: ',
    ],
    [
      'with another hash',
      (card) => (((card.files as Json)['sampler.onnx'] as Json).sha256 = '0'.repeat(64)),
      'sampler.onnx is not the file that model.json describes',
    ],
    [
      'that differs from the copy in its graphs',
      (card) => (card.task = 'correction'),
      'sampler.onnx carries another card than model.json',
    ],
  ];
  test.each(cases)('%s is refused', async (_, change, message) => {
    const error = await withCard(change);
    expect(error.message).toContain(`stranger: `);
    expect(error.message).toContain(message);
  });

  test.each([
    ['not JSON', '{"format":'],
    ['nested a million times', '['.repeat(500_000)],
    ['null', 'null'],
    ['a list', '[]'],
  ])('%s is refused', async (_, text) => {
    const error = await refusal(text, (await tinyBundle()).graphs);
    expect(error.message).toMatch(/^stranger: model\.json: /);
  });

  test('in bytes that are no text is refused', async () => {
    await expect(bundleFrom('stranger', async () => Uint8Array.of(0xff, 0xfe, 0x00))).rejects.toThrow(
      'stranger: model.json: ',
    );
  });
});

describe('a graph', () => {
  const cases: [string, (model: OnnxModel) => void, string][] = [
    [
      'with a custom operator',
      (model) => (model.graph.nodes[0]!.domain = 'evil'),
      'has the operator evil:Unsqueeze',
    ],
    [
      'with an operator that loops',
      (model) => (model.graph.nodes[0]!.opType = 'Loop'),
      'has the operator Loop',
    ],
    [
      'with an operator whose name holds a line break',
      (model) => (model.graph.nodes[0]!.opType = 'A\nexit 0'),
      'has the operator A?exit 0',
    ],
    [
      'with a further operator set',
      (model) => model.opsetImport.push({ domain: 'com.microsoft', version: 1 }),
      'uses operators that are not ONNX’s own',
    ],
    ['of an opset that nobody knows', (model) => (model.opsetImport[0]!.version = 99), 'has opset 99'],
    ['with another input', (model) => (model.graph.inputs[0]!.name = 'cells'), 'has the input cells'],
    [
      'with an input too many',
      (model) => model.graph.inputs.push(structuredClone(model.graph.inputs[0]!)),
      'has 3 inputs, not jets, tau',
    ],
    [
      'with an input of another shape',
      (model) => (model.graph.inputs[0]!.type.tensorType.shape.dims[1] = { value: 5 }),
      'input jets is not float[4, 4]',
    ],
    [
      'with an input of another type',
      (model) => (model.graph.inputs[1]!.type.tensorType.elemType = 11),
      'input tau is not float[4, 4, S]',
    ],
    ['without outputs', (model) => (model.graph.outputs = []), 'has 0 outputs, not predictions'],
    [
      'with weights that do not fit their shape',
      (model) => (model.graph.initializers[0]!.dims = [1 << 20, 1 << 20]),
      'has a shape that does not fit its bytes',
    ],
    [
      'with weights of negative sizes',
      (model) => (model.graph.initializers[0]!.dims = [-1, -model.graph.initializers[0]!.rawData.length / 4]),
      'has a shape that does not fit its bytes',
    ],
    ['with strings for weights', (model) => (model.graph.initializers[0]!.dataType = 8), 'has a type'],
    [
      'with NaN among its weights',
      (model) => {
        const weight = model.graph.initializers.find(({ dataType }) => dataType === 1)!;
        weight.rawData = Uint8Array.from(weight.rawData);
        weight.rawData.set([0, 0, 0xc0, 0x7f]);
      },
      'is not finite',
    ],
    [
      'with endless names',
      (model) => (model.graph.nodes[0]!.inputs[0] = 'x'.repeat(5000)),
      'a name longer than',
    ],
    ['without a card', (model) => (model.metadataProps = []), 'carries no card'],
  ];
  test.each(cases)('%s is refused', async (_, change, message) => {
    const error = await withGraph('block.onnx', change);
    expect(error.message).toMatch(/^stranger: block\.onnx /);
    expect(error.message).toContain(message);
  });

  test('that is no ONNX file is refused', async () => {
    const { card, graphs } = await tinyBundle();
    const bytes = new TextEncoder().encode('#!/bin/sh');
    const files = { ...card.files, 'sampler.onnx': { sha256: await sha256(bytes), bytes: bytes.length } };
    const error = await refusal(JSON.stringify({ ...card, files }), { ...graphs, 'sampler.onnx': bytes });
    expect(error.message).toContain('sampler.onnx not an ONNX file that may be run');
  });

  test('that only ONNX Runtime finds to be wrong is refused by the session, in one line', async () => {
    const bundle = await tinyBundle();
    const model = decodeModel(bundle.graphs['block.onnx']);
    model.graph.nodes.splice(3, 1);
    const broken = { ...bundle, graphs: { ...bundle.graphs, 'block.onnx': encodeModel(model) } };
    const error: unknown = await createSession(broken).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BundleError);
    expect((error as Error).message).toContain('block.onnx is refused by ONNX Runtime');
    expect((error as Error).message).not.toContain('\n');
  });
});

describe('a bundle in a folder', () => {
  let work: string;
  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'jet-iqn-bundle-'));
  });
  afterAll(() => rm(work, { recursive: true }));

  test('is loaded as it was made', async () => {
    const made = await makeTinyBundle(join(work, 'whole'), { kind: 'paper' });
    const loaded = await readBundle(join(work, 'whole'));
    expect(loaded.card).toEqual(made.card);
    expect(loaded.sha256).toBe(made.sha256);
    expect(loaded.sha256).toMatch(/^[0-9a-f]{64}$/);
    for (const file of GRAPH_FILES)
      expect(Buffer.from(loaded.graphs[file]).equals(made.graphs[file])).toBe(true);
  });

  test.each([
    [
      'that is not there',
      async () => {},
      'has no model.json; a bundle is a folder that jet-iqn export makes',
    ],
    [
      'with a damaged graph',
      async (folder: string) => truncate(join(folder, 'block.onnx'), 1000),
      'block.onnx is not the file that model.json describes',
    ],
    [
      'with a huge card',
      async (folder: string) => truncate(join(folder, 'model.json'), 1e9),
      'model.json has 1000000000 bytes, a bundle’s has at most 1048576',
    ],
    [
      'with a huge graph',
      async (folder: string) => truncate(join(folder, 'block.onnx'), 1e10),
      'block.onnx has 10000000000 bytes',
    ],
    ['without a graph', async (folder: string) => rm(join(folder, 'sampler.onnx')), 'has no sampler.onnx'],
    [
      'with a pipe for a card',
      async (folder: string) => {
        await rm(join(folder, 'model.json'));
        execFileSync('mkfifo', [join(folder, 'model.json')]);
      },
      'model.json is not a file',
    ],
  ])('%s is refused', async (title, change, message) => {
    const folder = join(work, title.replaceAll(' ', '-'));
    if (!title.endsWith('not there')) await makeTinyBundle(folder);
    await change(folder);
    const error: unknown = await readBundle(folder).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BundleError);
    expect((error as Error).message).toContain(`${folder}: ${message}`);
  });

  test('that is a file is refused', async () => {
    const file = join(work, 'jets.parquet');
    await writeFile(file, 'PAR1');
    await expect(readBundle(file)).rejects.toThrow('model.json cannot be read');
  });

  test('is another one where a graph is another', async () => {
    const [a, b, again] = await Promise.all([tinyBundle(), tinyBundle({ seed: 2 }), tinyBundle()]);
    expect(a.sha256).not.toBe(b.sha256);
    expect(a.sha256).toBe(again.sha256);
  });

  test('with the graph of another bundle is refused', async () => {
    const folder = join(work, 'mixed');
    await makeTinyBundle(folder);
    await mkdir(join(work, 'other'), { recursive: true });
    await makeTinyBundle(join(work, 'other'), { seed: 2 });
    await copyFile(join(work, 'other', 'block.onnx'), join(folder, 'block.onnx'));
    expect((await stat(folder)).isDirectory()).toBe(true);
    await expect(readBundle(folder)).rejects.toThrow('block.onnx is not the file that model.json describes');
  });
});
