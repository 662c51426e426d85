import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eventKeys } from '../../src/jets/event-keys.js';
import { philox4x32, philoxKey } from '../../src/stats/philox.js';
import { fillTau, tauOf } from '../../src/stats/tau.js';
import { PROJECT_ROOT } from '../project-root.js';

/** Made by whole numbers without end from the formula: tau-by-event.json, which test/python reads too. */
const KNOWN_ANSWERS: readonly {
  readonly seed: number;
  readonly run: number;
  readonly luminosityBlock: number;
  readonly event: string;
  readonly index: number;
  readonly sample: number;
  readonly words: readonly number[];
}[] = JSON.parse(readFileSync(join(PROJECT_ROOT, 'test/stats/tau-by-event.json'), 'utf8'));

test('tauOf lies strictly between 0 and 1 in float32, and so does 1 - tau', () => {
  expect(tauOf(0)).toBe(2 ** -24);
  expect(Math.fround(tauOf(0xffffffff))).toBe(1 - 2 ** -24);
});

describe('fillTau', () => {
  test('is Philox at (jet, sample), each output in its own row', () => {
    const tau = new Float32Array(2 * 4 * 5);
    fillTau(tau, 2 ** 40 + 7, 100, 2, 3, 4, 5);
    const words = new Uint32Array(4);
    const [key0, key1] = philoxKey(2 ** 40 + 7);
    for (const jet of [0, 1])
      for (const sample of [0, 1, 2, 3]) {
        philox4x32(words, 100 + jet, 3 + sample, 0, 0, key0, key1);
        for (const step of [0, 1, 2, 3])
          expect(tau[(jet * 4 + step) * 5 + sample]).toBe(((words[step] >>> 9) + 0.5) / 2 ** 23);
      }
    expect(tau[4]).toBe(0.5);
  });

  test.each(KNOWN_ANSWERS)('by event has the known answer of $event, jet $index, sample $sample', (known) => {
    const { seed, sample, words } = known;
    const keys = eventKeys({
      run: Uint32Array.of(known.run),
      luminosityBlock: Uint32Array.of(known.luminosityBlock),
      event: BigUint64Array.of(BigInt(known.event)),
      index: Uint32Array.of(known.index),
    });
    const tau = new Float32Array(4);
    fillTau(tau, seed, keys, 1, sample, 1);
    expect([...tau]).toEqual(words.map((word) => ((word >>> 9) + 0.5) / 2 ** 23));
  });

  test('gives the same however jets and samples are cut', () => {
    const seeds = fc.nat({ max: Number.MAX_SAFE_INTEGER });
    const lengths = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        seeds,
        fc.nat({ max: 2 ** 32 - 20 }),
        lengths,
        lengths,
        (seed, first, jetCuts, sampleCuts) => {
          const jets = sum(jetCuts);
          const samples = sum(sampleCuts);
          const whole = new Float32Array(jets * 4 * samples);
          fillTau(whole, seed, first, jets, 0, samples);
          let jet = 0;
          for (const jetCount of jetCuts) {
            let sample = 0;
            for (const count of sampleCuts) {
              const part = new Float32Array(jetCount * 4 * count);
              fillTau(part, seed, first + jet, jetCount, sample, count);
              for (let row = 0; row < jetCount * 4; row++)
                expect(part.slice(row * count, (row + 1) * count)).toEqual(
                  whole.slice((jet * 4 + row) * samples + sample).subarray(0, count),
                );
              sample += count;
            }
            jet += jetCount;
          }
        },
      ),
    );
  });
});

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
