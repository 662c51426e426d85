/** The addon's door (kernel/arguments.cpp): whatever is handed over, it is used rightly or refused. */
import { describe, expect, test } from '@jest/globals';
import { loadAddon } from '../../src/engines/addon.js';
import { networkNumbers } from '../../src/engines/network-numbers.js';
import { tinyNetwork } from '../tiny-bundle.js';

const found = loadAddon();

if (!('addon' in found)) {
  test('without the addon there is no door', () => expect(found.absence).not.toBe(''));
} else {
  const { addon } = found;
  const { layout, numbers } = networkNumbers(tinyNetwork());
  const [level] = addon.levels() as [string];
  const [jets, samples] = [2, 5];

  describe('open', () => {
    test.each<[string, unknown[], RegExp]>([
      ['nothing', [], /^layout is not a Uint32Array$/],
      ['another kind of array', [Int32Array.from(layout), numbers, level], /^layout is not a Uint32Array$/],
      ['doubles', [layout, Float64Array.from(numbers), level], /^numbers is not a Float32Array$/],
      ['no level', [layout, numbers, undefined], /^level is none/],
      ['an unknown level', [layout, numbers, 'avx9000'], /^level is none/],
      ['a long level', [layout, numbers, 'x'.repeat(10_000)], /^level is none/],
      ['a weight less', [layout, numbers.subarray(1), level], /fewer weights/],
      ['a weight more', [layout, Float32Array.from([...numbers, 0]), level], /more weights/],
      ['no numbers', [layout, new Float32Array(0), level], /fewer weights/],
      ['a layout cut short', [layout.subarray(0, 8), numbers, level], /layout is too short/],
      ['an empty layout', [new Uint32Array(0), numbers, level], /layout is too short/],
      ['a layout too long', [Uint32Array.from([...layout, 1]), numbers, level], /layout is too long/],
      ['2^32 - 1 inputs', [layout.with(0, 2 ** 32 - 1), numbers, level], /number of inputs/],
      ['2^32 - 1 trunk layers', [layout.with(6, 2 ** 32 - 1), numbers, level], /trunk/],
      ['a trunk layer of 2^31', [layout.with(7, 2 ** 31), numbers, level], /trunk/],
      ['an unknown tau', [layout.with(1, 3), numbers, level], /tau input/],
      ['an unknown kind', [layout.with(2, 4), numbers, level], /kind of a target/],
      ['a slope above 1', [layout, numbers.with(0, 1.5), level], /slope/],
      ['a negative sd', [layout, numbers.with(1, -1), level], /sd/],
    ])('%s is refused', (_, args, message) => {
      expect(() => (addon.open as (...args: unknown[]) => unknown)(...args)).toThrow(message);
    });
  });

  describe('quantileRows', () => {
    const network = addon.open(layout, numbers, level);
    const decided = new Float32Array(jets * addon.decidedWidth(network));
    addon.decide(network, new Float32Array(jets * 4), new Float32Array(jets * 4).fill(9), decided, jets);
    const places = new Float32Array(3).fill(0.5);
    const fits = () =>
      [
        ...[network, decided, Uint32Array.of(0, 1, 1), Uint8Array.of(0, 3, 1), new Float32Array(9).fill(9)],
        ...[places, new Float32Array(3), new Float32Array(3), 3],
      ] as unknown[];
    const ask = addon.quantileRows as (...args: unknown[]) => void;

    test('what fits is answered', () => {
      const args = fits();
      ask(...args);
      expect((args[6] as Float32Array).every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
    });

    test.each<[string, number, unknown, RegExp]>([
      ['no network', 0, {}, /^network was not opened here$/],
      ['a jet too few', 1, decided.subarray(1), /^a row is of a jet that was not decided$/],
      ['a jet too many', 2, Uint32Array.of(0, 2, 1), /^a row is of a jet that was not decided$/],
      ['jets as floats', 2, new Float32Array(3), /^jet is not a Uint32Array$/],
      ['a fifth step', 3, Uint8Array.of(0, 4, 1), /^a step is not 0 to 3$/],
      ['steps as words', 3, new Uint32Array(3), /^step is not a Uint8Array$/],
      ['known too short', 4, new Float32Array(8), /^known has 8 values, 9 are needed$/],
      ['tau too short', 5, places.subarray(1), /^tau has 2 values, 3 are needed$/],
      ['tau as values', 6, places, /^value or slope lies in the memory/],
      ['more rows than there are', 8, 4, /^jet has 3 values, 4 are needed$/],
    ])('%s is refused', (_, place, value, message) => {
      expect(() => ask(...fits().with(place, value))).toThrow(message);
    });
  });

  describe('predict', () => {
    const network = addon.open(layout, numbers, level);
    const x = new Float32Array(jets * 4).fill(0.5);
    const origins = Float32Array.from([100, 0.5, 1, 12, 50, -1, 2, 8]);
    const tau = new Float32Array(jets * 4 * samples).fill(0.25);
    const fits = () => [network, x, origins, tau, new Float32Array(tau.length), jets, samples] as unknown[];
    const predict = addon.predict as (...args: unknown[]) => void;
    const shared = new Float32Array(new SharedArrayBuffer(tau.byteLength));
    const given = new Float32Array(tau);
    structuredClone(given.buffer, { transfer: [given.buffer] });
    const both = new Float32Array(100).fill(0.5);

    test('what fits is predicted', () => {
      const args = fits();
      predict(...args);
      expect((args[4] as Float32Array).every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
    });

    test.each<[string, number, unknown, RegExp]>([
      ['no network', 0, {}, /^network was not opened here$/],
      ['no object', 0, 1, /^network was not opened here$/],
      ['another function', 0, addon.predict, /^network was not opened here$/],
      ['x too short', 1, x.subarray(1), /^x has 7 values, 8 are needed$/],
      ['x as an array', 1, [...x], /^x is not a Float32Array$/],
      ['x as a buffer', 1, x.buffer, /^x is not a Float32Array$/],
      ['x as a view', 1, new DataView(x.buffer), /^x is not a Float32Array$/],
      ['origins too short', 2, origins.subarray(4), /^origins has 4 values, 8 are needed$/],
      ['tau too short', 3, tau.subarray(1), /^tau has 39 values, 40 are needed$/],
      ['tau as bytes', 3, new Uint8Array(tau.buffer), /^tau is not a Float32Array$/],
      ['shared tau', 3, shared, /^tau lies in memory that threads share/],
      ['tau given away', 3, given, /^tau (lies in memory that was given away|has 0 values)/],
      ['no predictions', 4, undefined, /^predictions is not a Float32Array$/],
      ['predictions too short', 4, tau.slice(1), /^predictions has 39 values/],
      ['tau as predictions', 4, tau, /^predictions lie in the memory/],
      ['negative jets', 5, -1, /^jets is not a whole number/],
      ['half a jet', 5, 0.5, /^jets is not a whole number/],
      ['NaN jets', 5, Number.NaN, /^jets is not a whole number/],
      ['jets as text', 5, '2', /^jets is not a number$/],
      ['2^32 jets', 5, 2 ** 32, /^x has 8 values/],
      ['2^53 jets', 5, 2 ** 53, /^jets is not a whole number/],
      ['2^32 samples', 6, 2 ** 32, /^tau has 40 values/],
      ['infinitely many samples', 6, Number.POSITIVE_INFINITY, /^samples is not a whole number/],
    ])('%s is refused', (_, place, value, message) => {
      expect(() => predict(...fits().with(place, value))).toThrow(message);
    });

    test('2^32 jets of 2^32 samples do not overflow', () => {
      expect(() =>
        predict(
          ...fits()
            .with(5, 2 ** 32)
            .with(6, 2 ** 32),
        ),
      ).toThrow(/more than memory can hold/);
    });

    test('results that reach into their tau are refused', () => {
      const args = fits().with(3, both.subarray(0, 40)).with(4, both.subarray(39, 79));
      expect(() => predict(...args)).toThrow(/^predictions lie in the memory/);
      predict(...fits().with(3, both.subarray(0, 40)).with(4, both.subarray(40, 80)));
    });

    test('a length that shrinks with its memory is seen', () => {
      const buffer = new (ArrayBuffer as new (bytes: number, options: object) => ArrayBuffer)(
        tau.byteLength,
        { maxByteLength: tau.byteLength },
      );
      const tracking = new Float32Array(buffer);
      (buffer as unknown as { resize(bytes: number): void }).resize(8);
      expect(() => predict(...fits().with(4, tracking))).toThrow(/^predictions has 2 values/);
    });
  });

  describe('fillTau', () => {
    const fillTau = addon.fillTau as (...args: unknown[]) => void;
    const fits = () => [level, new Float32Array(2 * 4 * 6), 1, 2, 3, 2, 5, 6] as unknown[];

    test('what fits is filled', () => {
      const args = fits();
      fillTau(...args);
      expect((args[1] as Float32Array).every((tau) => tau > 0 && tau < 1)).toBe(true);
      fillTau(...fits().with(5, 0).with(1, new Float32Array(0)));
    });

    test.each<[string, number, unknown, RegExp]>([
      ['no level', 0, undefined, /^level is none/],
      ['tau too short', 1, new Float32Array(47), /^tau has 47 values, 48 are needed$/],
      ['tau as doubles', 1, new Float64Array(48), /^tau is not a Float32Array$/],
      [
        'shared tau',
        1,
        new Float32Array(new SharedArrayBuffer(192)),
        /^tau lies in memory that threads share/,
      ],
      ['a key of 2^32', 2, 2 ** 32, /^key0 is 2\^32$/],
      ['a negative key', 3, -1, /^key1 is not a whole number/],
      ['a jet of 2^32', 4, 2 ** 32, /^firstJet is 2\^32$/],
      ['a jet as text', 4, '3', /^firstJet is not a number$/],
      ['2^32 jets', 5, 2 ** 32, /^tau has 48 values/],
      ['more samples than the stride', 6, 7, /^stride is less than the samples$/],
      ['a stride of 2^32', 7, 2 ** 32, /^tau has 48 values/],
      ['no stride', 7, undefined, /^stride is not a number$/],
    ])('%s is refused', (_, place, value, message) => {
      expect(() => fillTau(...fits().with(place, value))).toThrow(message);
    });
  });

  describe('openStudy', () => {
    const edges = Float32Array.of(0, 1);
    const fits = [level, 5, edges, edges, edges, edges] as unknown[];
    const openStudy = addon.openStudy as (...args: unknown[]) => unknown;

    test.each<[string, number, unknown, RegExp]>([
      ['no level', 0, 'avx9000', /^level is none/],
      ['no samples', 1, 0, /^samples are not 1 to 65535$/],
      ['2^16 samples', 1, 2 ** 16, /^samples are not 1 to 65535$/],
      ['edges as an array', 2, [0, 1], /^edges is not a Float32Array$/],
      ['no edges', 5, undefined, /^edges is not a Float32Array$/],
      ['one edge', 3, Float32Array.of(1), /^edges are not 2 to 255$/],
      ['256 edges', 3, Float32Array.from({ length: 256 }, (_, i) => i), /^edges are not 2 to 255$/],
      ['equal edges', 4, Float32Array.of(1, 1), /^edges do not increase$/],
      ['an edge that is NaN', 5, Float32Array.of(1, Number.NaN), /^edges are not all finite$/],
    ])('%s is refused', (_, place, value, message) => {
      expect(() => openStudy(...fits.with(place, value))).toThrow(message);
    });
  });

  describe('addJets and sweep', () => {
    const addJets = addon.addJets as (...args: unknown[]) => boolean;
    const sweep = addon.sweep as (...args: unknown[]) => void;
    const edges = Float32Array.of(0, 1);
    const study = addon.openStudy(level, samples, edges, edges, edges, edges);
    const spectra = () => new Uint16Array(4 * samples * 3);
    /** Two jets into a block of three, from its second place. */
    const fits = () =>
      [
        study,
        new Float32Array(jets * 4 * 6).fill(0.5),
        6,
        new Float32Array(jets),
        new Float32Array(jets * 4).fill(0.5),
        jets,
        spectra(),
        ...[new Uint16Array(12), new Uint16Array(12), new Float32Array(12), 1],
      ] as unknown[];

    test('what fits is added', () => {
      const args = fits();
      expect(addJets(...args)).toBe(true);
      expect([...(args[8] as Uint16Array)]).toEqual([0, 5, 5, 0, 5, 5, 0, 5, 5, 0, 5, 5]);
      sweep(study, args[6]);
      expect([...(args[6] as Uint16Array)]).toEqual(
        Array.from({ length: 60 }, (_, i) => (i % 3 === 1 ? 2 : 0)),
      );
    });

    const shared = new Float32Array(new SharedArrayBuffer(192));
    const memory = new ArrayBuffer(400);
    test.each<[string, number, unknown, RegExp]>([
      ['no study', 0, {}, /^study was not opened here$/],
      ['a network as the study', 0, addon.open(layout, numbers, level), /^study was not opened here$/],
      ['predictions too short', 1, new Float32Array(47), /^predictions has 47 values, 48 are needed$/],
      ['shared predictions', 1, shared, /^predictions lies in memory that threads share/],
      ['a stride below the samples', 2, 4, /^stride is less than the samples$/],
      ['a stride of 2^32', 2, 2 ** 32, /^predictions has 48 values/],
      ['origins too short', 3, new Float32Array(1), /^origins has 1 values, 2 are needed$/],
      ['truths too short', 4, new Float32Array(7), /^truths has 7 values, 8 are needed$/],
      ['2^32 jets', 5, 2 ** 32, /^predictions has 48 values/],
      ['counts too short', 6, new Uint16Array(59), /^counts has 59 values, 60 are needed$/],
      ['counts of 32 bits', 6, new Uint32Array(60), /^counts is not a Uint16Array$/],
      ['signed ranks', 7, new Int16Array(12), /^less is not a Uint16Array$/],
      ['ranks too short', 8, new Uint16Array(11), /^equal has 11 values, 12 are needed$/],
      ['medians too short', 9, new Float32Array(11), /^medians has 11 values, 12 are needed$/],
      ['a place beyond the block', 10, 2, /^medians has 12 values, 16 are needed$/],
      ['a place of 2^32', 10, 2 ** 32, /^medians has 12 values/],
    ])('%s is refused', (_, place, value, message) => {
      expect(() => addJets(...fits().with(place, value))).toThrow(message);
    });

    test.each([
      ['ranks in one memory', 7, new Uint16Array(memory, 0, 12), 8, new Uint16Array(memory, 22, 12)],
      ['medians in the truths', 9, new Float32Array(memory, 0, 12), 4, new Float32Array(memory, 44, 8)],
      ['counts in the predictions', 6, new Uint16Array(memory, 190, 60), 1, new Float32Array(memory, 0, 48)],
    ])('%s are refused', (_, place, value, otherPlace, other) => {
      expect(() => addJets(...fits().with(place, value).with(otherPlace, other))).toThrow(
        /lie in the memory/,
      );
    });

    test('sweep refuses another object and counts that are too short', () => {
      expect(() => sweep({}, spectra())).toThrow(/^study was not opened here$/);
      expect(() => sweep(study, spectra().subarray(1))).toThrow(/^counts has 59 values, 60 are needed$/);
      expect(() => addon.predict(study, edges, edges, edges, edges, 0, 0)).toThrow(/^network was not opened/);
    });
  });
}
