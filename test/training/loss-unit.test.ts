import { describe, expect, test } from '@jest/globals';
import { type TargetTransform, targetValue } from '../../src/model/transforms.js';
import { inLossUnit, lossUnit } from '../../training/loss-unit.js';

const withFloor: TargetTransform = {
  variable: 'pt',
  transform: 'log-ratio',
  offset: 0,
  floor: 20,
  mean: -0.6,
  sd: 0.8,
};

describe('the unit of losses', () => {
  test('is that of the log ratio, whatever the floor', () => {
    const pt = Float32Array.of(15, 40, 3000);
    const reco = [20.5, 90, 2500];
    const unit = lossUnit(withFloor, pt, 0.2)!;
    reco.forEach((value, jet) => {
      const y = (targetValue(withFloor, value, pt[jet]!) - withFloor.mean) / withFloor.sd;
      expect(inLossUnit(unit, y, jet)).toBeCloseTo(Math.log(value / pt[jet]!) / 0.2, 4);
    });
  });

  test('is the network’s own without a floor', () => {
    expect(lossUnit({ ...withFloor, floor: 0 }, Float32Array.of(1), 1)).toBeUndefined();
  });
});
