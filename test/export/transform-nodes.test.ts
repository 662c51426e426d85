import { describe, expect, test } from '@jest/globals';
import * as ort from 'onnxruntime-node';
import { GraphBuilder, type Value } from '../../export/onnx.js';
import { logitTau, physicalNodes, wrapNodes } from '../../export/transform-nodes.js';
import { wrapPhi } from '../../src/jets/phi.js';
import type { TargetTransform } from '../../src/model/transforms.js';

/** Runs one column of numbers through nodes. */
async function through(
  nodes: (g: GraphBuilder, x: Value) => Value,
  values: ArrayLike<number>,
): Promise<number[]> {
  const g = new GraphBuilder('test');
  g.output('y', nodes(g, g.input('x', ['N'])), ['N']);
  const session = await ort.InferenceSession.create(g.build());
  const { y } = await session.run({
    x: new ort.Tensor('float32', Float32Array.from(values), [values.length]),
  });
  return [...((await y!.getData()) as Float32Array)];
}

describe('wrapping phi in float32', () => {
  const wrapped = (values: ArrayLike<number>) => through((g, x) => wrapNodes(g, x, 'phi'), values);

  test('ends inside (-pi, pi], at the seam above all', async () => {
    const seam = [1, -1, 3, -3, 5, -5, 101, -101].map((odd) => Math.fround(odd * Math.PI));
    const near = seam.flatMap((phi) => [phi, nextFloat(phi, 1), nextFloat(phi, -1)]);
    for (const phi of await wrapped(near)) {
      expect(phi).toBeLessThanOrEqual(Math.PI);
      expect(phi).toBeGreaterThan(-Math.PI);
      expect(Math.abs(phi)).toBeGreaterThan(Math.PI - 1e-4);
    }
  });

  test('leaves what is inside as it is', async () => {
    const inside = Float32Array.from({ length: 1001 }, (_, index) => (index - 500) * 0.00628318);
    expect(await wrapped(inside)).toEqual([...inside]);
  });

  test('equals the wrapping in double precision within two roundings of the angle', async () => {
    const angles = Float32Array.from({ length: 4000 }, (_, index) => Math.sin(index) * 40);
    const found = await wrapped(angles);
    angles.forEach((angle, index) => {
      const off = wrapPhi(found[index]! - wrapPhi(angle));
      expect(Math.abs(off)).toBeLessThanOrEqual(2 * 2 ** -24 * Math.max(Math.PI, Math.abs(angle)));
    });
  });

  test('of what is far out or infinite ends inside or is no number', async () => {
    for (const phi of await wrapped([1e5, -1e9, 3e38, Number.POSITIVE_INFINITY, Number.NaN]))
      expect(Number.isNaN(phi) || Math.abs(phi) <= Math.PI).toBe(true);
  });
});

describe('logit tau', () => {
  test('is exactly 0 in the middle, odd about it, and finite wherever sampling draws', async () => {
    const [least, quarter, middle, rest, most] = await through(logitTau, [
      2 ** -24,
      0.25,
      0.5,
      0.75,
      1 - 2 ** -24,
    ]);
    expect(middle).toBe(0);
    expect(quarter! + rest!).toBeCloseTo(0, 6);
    expect(quarter).toBeCloseTo(-0.5 * Math.log(3), 6);
    expect(least).toBeCloseTo(-12 * Math.LN2, 5);
    expect(least! + most!).toBeCloseTo(0, 5);
  });
});

describe('physical values', () => {
  const target = (
    variable: TargetTransform['variable'],
    transform: TargetTransform['transform'],
    offset: number,
  ) => ({ variable, transform, offset, mean: 0, sd: 1 }) as const;
  const physical = (of: TargetTransform, input: number, values: number[]) =>
    through((g, x) => physicalNodes(g, of, g.floats('input', [input]), x), values);

  test('of pt is a multiple of the input', async () => {
    expect(await physical(target('pt', 'log-ratio', 0), 80, [0, Math.log(2)])).toEqual([80, 160]);
  });

  test('of pt with a floor lies above it', async () => {
    const floored = { ...target('pt', 'log-ratio', 0), floor: 20 };
    const pt = await physical(floored, 80, [0, Math.log(2), -30]);
    expect(pt).toEqual([100, 180, 20]);
  });

  test('of mass is never below zero, and only held there, not moved, elsewhere', async () => {
    const mass = await physical(target('mass', 'log-ratio', 0.7), 9.3, [0, -2, -5, Math.log(2)]);
    expect(mass[0]).toBeCloseTo(9.3, 5);
    expect(mass[1]).toBeCloseTo(10 * Math.exp(-2) - 0.7, 5);
    expect(mass[2]).toBe(0);
    expect(mass[3]).toBeCloseTo(19.3, 5);
  });

  test('of eta is a sum, of phi a sum on the circle', async () => {
    expect(await physical(target('eta', 'difference', 0), 1.5, [0.25])).toEqual([1.75]);
    const [phi] = await physical(target('phi', 'wrapped-difference', 0), 3, [0.5]);
    expect(phi).toBeCloseTo(3.5 - 2 * Math.PI, 6);
  });
});

/** The float32 number next to a positive or negative one, away from zero or towards it. */
function nextFloat(value: number, ways: 1 | -1): number {
  const bits = new Int32Array(Float32Array.of(value).buffer);
  bits[0]! += ways;
  return new Float32Array(bits.buffer)[0]!;
}
