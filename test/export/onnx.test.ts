import { describe, expect, test } from '@jest/globals';
import * as ort from 'onnxruntime-node';
import { GraphBuilder } from '../../export/onnx.js';
import { decodeModel } from '../../src/model/onnx-proto.js';

describe('a graph', () => {
  test('runs: 2 x + 1, cut in two, the second part first', async () => {
    const g = new GraphBuilder('example');
    const x = g.input('x', ['N', 4]);
    const y = g.node(
      'Add',
      [g.node('Mul', [x, g.floats('two', [2])], 'twice'), g.floats('one', [1])],
      'line',
    );
    const [left, right] = g.split(y, 1, [1, 3], 'part');
    g.output('y', g.node('Concat', [right!, left!], 'swapped', { axis: { i: 1 } }), ['N', 4]);
    const session = await ort.InferenceSession.create(g.build());
    const { y: found } = await session.run({
      x: new ort.Tensor('float32', Float32Array.of(0, 1, 2, 3), [1, 4]),
    });
    expect([...((await found!.getData()) as Float32Array)]).toEqual([3, 5, 7, 1]);
  });

  test('stores equal numbers of one name once, and tells values of one name apart', () => {
    const g = new GraphBuilder('names');
    expect([g.floats('half', [0.5]), g.floats('half', [0.5]), g.floats('half', [0.25])]).toEqual([
      'half',
      'half',
      'half_1',
    ]);
    expect([g.integers('half', [1]), g.floats('half', [0.5], [1])]).toEqual(['half_2', 'half_3']);
    expect(decodeModel(withOutput(g)).graph.initializers.map(({ name }) => name)).toEqual([
      'half',
      'half_1',
      'half_2',
      'half_3',
    ]);
  });

  test('has outputs that nodes make, and no others', () => {
    const g = new GraphBuilder('outputs');
    const x = g.input('x', [1]);
    expect(() => g.output('y', x, [1])).toThrow('no node makes x');
  });
});

function withOutput(g: GraphBuilder): Uint8Array {
  const x = g.input('x', [1]);
  g.output('y', g.node('Exp', [x], 'e'), [1]);
  return g.build();
}
