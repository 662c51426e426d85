import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import protobuf from 'protobufjs/minimal.js';
import { openOrt } from '../../src/engines/ort-node.js';
import { BundleError } from '../../src/errors.js';
import { sha256 } from '../../src/model/bundle.js';
import { readBundle } from '../../src/model/bundle-node.js';
import { readBundle as readInPage } from '../../src/model/bundle-web.js';
import { GRAPH_FILES } from '../../src/model/card.js';
import { checkGraph } from '../../src/model/graph-check.js';
import type { NetworkSpec } from '../../src/model/network-spec.js';
import {
  ATTRIBUTE_TYPE,
  DATA_TYPE,
  decodeModel,
  encodeModel,
  type OnnxModel,
} from '../../src/model/onnx-proto.js';
import { tinyBundle } from '../tiny-bundle.js';
import { refusal, withGraph } from './changed-bundle.js';

const plain = { name: '', domain: '', attributes: [] };

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
    [
      'with two weights of one name',
      (model) => model.graph.initializers.push(model.graph.initializers[0]!),
      'has two weights of one name',
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
    [
      'that reads what no node makes',
      (model) => model.graph.nodes.splice(3, 1),
      'whose shape cannot be told from the file',
    ],
    [
      'whose shapes depend on numbers of the run',
      (model) => (model.graph.nodes.find(({ opType }) => opType === 'Reshape')!.inputs[1] = 'jets'),
      'has a node Reshape whose shape cannot be told from the file',
    ],
    [
      'of 2 MB that multiplies a column by a row, 2^32 numbers',
      (model) => {
        const weight = (name: string, dims: number[], numbers: number) =>
          model.graph.initializers.push({
            name,
            dims,
            dataType: DATA_TYPE.float,
            rawData: new Uint8Array(4 * numbers),
          });
        weight('column', [1 << 19, 1], 1 << 19);
        weight('row', [1, 1 << 13], 1 << 13);
        model.graph.nodes.push({ ...plain, opType: 'Mul', inputs: ['column', 'row'], outputs: ['square'] });
      },
      'makes more than 2 GiB of numbers in one run',
    ],
    [
      'whose tensors are small each, but doubled again and again',
      (model) => {
        const axis = { name: 'axis', type: ATTRIBUTE_TYPE.int, i: 2, ints: [] };
        for (let last = 'tau', time = 0; time < 16; last = `tau${time++}`)
          model.graph.nodes.push({
            ...plain,
            opType: 'Concat',
            inputs: [last, last],
            outputs: [`tau${time}`],
            attributes: [axis],
          });
      },
      'makes more than 2 GiB of numbers in one run',
    ],
    [
      'that pads by more than there is memory',
      (model) => {
        const rawData = new Uint8Array(BigInt64Array.of(0n, 0n, 0n, 1n << 40n).buffer);
        model.graph.initializers.push({ name: 'pads', dims: [4], dataType: DATA_TYPE.int64, rawData });
        model.graph.nodes.push({ ...plain, opType: 'Pad', inputs: ['jets', 'pads'], outputs: ['padded'] });
      },
      'makes more than 2 GiB of numbers in one run',
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
    const exp = model.graph.nodes.find(({ opType }) => opType === 'Exp')!;
    exp.attributes.push({ name: 'base', type: ATTRIBUTE_TYPE.int, i: 2, ints: [] });
    const broken = { ...bundle, graphs: { ...bundle.graphs, 'block.onnx': encodeModel(model) } };
    const error: unknown = await openOrt(broken).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BundleError);
    expect((error as Error).message).toContain('block.onnx is refused by ONNX Runtime');
    expect((error as Error).message).not.toContain('\n');
  });
});

test('a convolution that pads is refused', async () => {
  const error = await withGraph('sampler.onnx', ({ graph }) => {
    const conv = graph.nodes.find(({ opType }) => opType === 'Conv')!;
    conv.attributes.find(({ name }) => name === 'pads')!.ints = [1 << 20, 1 << 20];
  });
  expect(error.message).toContain('has a node Conv whose shape cannot be told from the file');
});

test('a sort whose length the file does not say is refused', async () => {
  const error = await withGraph('quantiles.onnx', ({ graph }) => {
    const sort = graph.nodes.find(({ opType }) => opType === 'TopK')!;
    sort.inputs[1] = 'jets';
  });
  expect(error.message).toContain('has a node TopK whose shape cannot be told from the file');
});

test.each<NetworkSpec>([
  { kind: 'paper', inputs: 4, width: 200, depth: 5, slope: 0.3, tauInput: 'both' },
  {
    kind: 'amortised',
    inputs: 4,
    trunk: [256, 256, 256],
    head: [64, 64, 64],
    slope: 0.3,
    tauInput: 'both',
    centreAndWidth: true,
  },
])('a $kind network of the largest that are trained passes', async (network) => {
  const { card, graphs } = await tinyBundle({ kind: network.kind, tauInput: network.tauInput, network });
  for (const file of GRAPH_FILES) checkGraph(file, graphs[file]!, card);
});

/** Where field 7 of a model, its graph, begins and ends. */
function graphField(bytes: Uint8Array): Uint8Array {
  const reader = protobuf.Reader.create(bytes);
  for (;;) {
    const from = reader.pos;
    const tag = reader.uint32();
    reader.skipType(tag & 7);
    if (tag >>> 3 === 7) return bytes.subarray(from, reader.pos);
  }
}

test('a second graph, which ONNX Runtime would merge with the first, is refused in a folder and in a page', async () => {
  const { card, graphs } = await tinyBundle();
  const model = decodeModel(graphs['block.onnx']);
  model.graph.nodes[0]!.opType = 'Loop';
  // The one that is not allowed first, the good one after it: who reads the last one sees nothing.
  const bytes = Buffer.concat([encodeModel(model), graphField(graphs['block.onnx'])]);
  const files = { ...card.files, 'block.onnx': { sha256: await sha256(bytes), bytes: bytes.length } };
  const contents = {
    ...graphs,
    'block.onnx': bytes,
    'model.json': Buffer.from(JSON.stringify({ ...card, files })),
  };
  const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-two-graphs-'));
  for (const [file, content] of Object.entries(contents)) writeFileSync(join(folder, file), content);
  const said = /block\.onnx not an ONNX file that may be run: ModelProto has field 7 twice/;
  await expect(readBundle(folder)).rejects.toThrow(said);
  await expect(readInPage(contents)).rejects.toThrow(said);
  rmSync(folder, { recursive: true });
});
