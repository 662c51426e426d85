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
import { decodeModel, encodeModel, type OnnxModel } from '../../src/model/onnx-proto.js';
import { tinyBundle } from '../tiny-bundle.js';
import { refusal, withGraph } from './changed-bundle.js';

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
    const error: unknown = await openOrt(broken).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BundleError);
    expect((error as Error).message).toContain('block.onnx is refused by ONNX Runtime');
    expect((error as Error).message).not.toContain('\n');
  });
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
