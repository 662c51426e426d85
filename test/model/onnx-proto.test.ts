import { describe, expect, test } from '@jest/globals';
import { GraphBuilder } from '../../export/onnx.js';
import { ATTRIBUTE_TYPE, DATA_TYPE, decodeModel, encodeModel } from '../../src/model/onnx-proto.js';

function doubling(): Uint8Array {
  const g = new GraphBuilder('doubling');
  const x = g.input('x', ['N', 3]);
  g.output('y', g.node('Mul', [x, g.floats('two', [2])], 'twice'), ['N', 3]);
  return g.build({ card: '{"a":"é"}' });
}

describe('the ONNX file format', () => {
  test('reads back what it wrote', () => {
    const model = decodeModel(doubling());
    expect(model).toMatchObject({
      irVersion: 7,
      producerName: 'jet-iqn',
      opsetImport: [{ domain: '', version: 13 }],
      metadataProps: [{ key: 'card', value: '{"a":"é"}' }],
    });
    const [initializer] = model.graph.initializers;
    expect(initializer).toMatchObject({ name: 'two', dims: [], dataType: DATA_TYPE.float });
    expect([...initializer!.rawData]).toEqual([0, 0, 0, 0x40]);
    expect(model.graph.inputs[0]!.type.tensorType.shape.dims).toEqual([{ param: 'N' }, { value: 3 }]);
    expect(encodeModel(model)).toEqual(doubling());
  });

  test('keeps an attribute that is 0 and one that is negative', () => {
    const g = new GraphBuilder('attributes');
    const x = g.input('x', [2, 3]);
    const joined = g.node('Concat', [x, x], 'joined', { axis: { i: 0 } });
    g.output(
      'y',
      g.node('Transpose', [joined], 'turned', { perm: { ints: [1, 0] }, unused: { i: -1 } }),
      [3, 4],
    );
    const [concat, transpose] = decodeModel(g.build()).graph.nodes;
    expect(concat!.attributes).toEqual([{ name: 'axis', type: ATTRIBUTE_TYPE.int, i: 0, ints: [] }]);
    expect(transpose!.attributes[0]).toEqual({ name: 'perm', type: ATTRIBUTE_TYPE.ints, ints: [1, 0] });
    expect(transpose!.attributes[1]!.i).toBe(-1);
  });

  test('reads packed lists, which other writers make of dims', () => {
    // TensorProto in GraphProto in ModelProto; ir_version 8; dims packed: field 1, wire type 2, two values.
    const tensor = [0x0a, 0x02, 2, 3, 0x10, 1, 0x42, 1, 0x77, 0x4a, 0];
    const graph = [0x2a, tensor.length, ...tensor];
    const model = decodeModel(Uint8Array.of(0x08, 8, 0x3a, graph.length, ...graph));
    expect(model.graph.initializers[0]).toMatchObject({ name: 'w', dims: [2, 3] });
  });

  test.each([
    ['no bytes', [], 'ModelProto has no field 7'],
    ['another file', [...Buffer.from('PAR1 something')], 'field 10 of ModelProto'],
    ['functions', [0xca, 0x01, 0], 'field 25 of ModelProto is not allowed'],
    ['two graphs', [0x08, 8, 0x3a, 0, 0x3a, 0], 'ModelProto has field 7 twice'],
    ['two versions', [0x08, 8, 0x08, 8], 'ModelProto has field 1 twice'],
    [
      'a node of two operators',
      [0x3a, 8, 0x0a, 6, 0x22, 1, 0x41, 0x22, 1, 0x42],
      'NodeProto has field 4 twice',
    ],
    ['a tensor of two contents', [0x3a, 6, 0x2a, 4, 0x4a, 0, 0x4a, 0], 'TensorProto has field 9 twice'],
    ['a cut message', [0x3a, 100, 0x0a], 'GraphProto is cut off'],
    ['a wrong wire type', [0x3d, 0, 0, 0, 0], 'field 7 of ModelProto has a wrong wire type'],
    [
      'a node with a subgraph',
      [0x3a, 6, 0x0a, 4, 0x2a, 2, 0x32, 0],
      'field 6 of AttributeProto is not allowed',
    ],
    ['weights in other files', [0x3a, 5, 0x2a, 3, 0x6a, 1, 0], 'field 13 of TensorProto is not allowed'],
    ['sparse weights', [0x3a, 2, 0x7a, 0], 'field 15 of GraphProto is not allowed'],
    ['an endless varint', [0x08, ...Array<number>(11).fill(0xff)], 'invalid varint'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeModel(Uint8Array.from(bytes))).toThrow(message);
  });

  test('refuses a list without end', () => {
    const nodes = new Uint8Array(2 * 20_000).map((_, index) => (index % 2 === 0 ? 0x0a : 0));
    const length = [0x80 | (nodes.length & 0x7f), 0x80 | ((nodes.length >> 7) & 0x7f), nodes.length >> 14];
    expect(() => decodeModel(Uint8Array.of(0x3a, ...length, ...nodes))).toThrow('more than 10000 nodes');
  });

  test('any cut of a file, and any byte of it changed, is read or refused and does nothing else', () => {
    const bytes = doubling();
    const attempt = (altered: Uint8Array) => {
      try {
        decodeModel(altered);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    };
    for (let at = 0; at < bytes.length; at++) {
      attempt(bytes.subarray(0, at));
      for (const value of [0, 0x7f, 0xff]) {
        const changed = bytes.slice();
        changed[at] = value;
        attempt(changed);
      }
    }
  });
});
