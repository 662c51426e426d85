/** The addon's door (kernel/arguments.cpp): everything that is handed over is used rightly or refused. */
import { describe, expect, test } from '@jest/globals';
import { loadAddon } from '../../src/engines/addon.js';
import { networkNumbers } from '../../src/engines/network-numbers.js';
import { tinyNetwork } from '../tiny-bundle.js';

const found = loadAddon();

if (!('addon' in found)) {
  test('without the addon there is no door', () => expect(found.absence).not.toBe(''));
} else {
  const { addon } = found;
  const call = (name: string, args: readonly unknown[]) =>
    (addon[name as 'open'] as unknown as (...args: readonly unknown[]) => unknown)(...args);
  const { layout, numbers } = networkNumbers(tinyNetwork());
  const [level] = addon.levels() as [string];
  const network = addon.open(layout, numbers, level);
  const floats = (length: number, value = 0.5) => new Float32Array(length).fill(value);
  const [jets, samples] = [2, 5];
  const decided = floats(jets * addon.decidedWidth(network));
  addon.decide(network, floats(8, 0), floats(8, 9), decided, jets);
  const edges = Float32Array.of(0, 1);
  const study = addon.openStudy(level, samples, edges, edges, edges, edges) as object;
  const shared = new Float32Array(new SharedArrayBuffer(192));
  const given = floats(40);
  structuredClone(given.buffer, { transfer: [given.buffer] });

  /** Arguments that fit; made for each call, since results are written to. */
  const FITS: Readonly<Record<string, () => unknown[]>> = {
    open: () => [layout, numbers, level],
    predict: () => [network, floats(8), floats(8, 9), floats(40, 0.25), floats(40), jets, samples],
    quantileRows: () => [
      ...[network, decided, Uint32Array.of(0, 1, 1), Uint8Array.of(0, 3, 1), floats(9, 9)],
      ...[floats(3), floats(3), floats(3), 3],
    ],
    fillTau: () => [level, floats(48), new Uint32Array(6), jets, samples, 6],
    openStudy: () => [level, samples, edges, edges, edges, edges],
    /** Two jets into a block of three, from its second place. */
    addJets: () => [
      ...[study, floats(48), 6, floats(2, 0), floats(8), jets, new Uint16Array(60)],
      ...[new Uint16Array(12), new Uint16Array(12), floats(12), 1],
    ],
    sweep: () => [study, new Uint16Array(60)],
  };

  test.each(Object.keys(FITS))('%s takes what fits', (name) => {
    expect(() => call(name, FITS[name]!())).not.toThrow();
  });

  test.each<[string, string, number, unknown, RegExp]>([
    ['open', 'nothing', 0, undefined, /^layout is not a Uint32Array$/],
    ['open', 'another kind of array', 0, Int32Array.from(layout), /^layout is not a Uint32Array$/],
    ['open', 'doubles', 1, Float64Array.from(numbers), /^numbers is not a Float32Array$/],
    ['open', 'no level', 2, undefined, /^level is none/],
    ['open', 'an unknown level', 2, 'avx9000', /^level is none/],
    ['open', 'a long level', 2, 'x'.repeat(10_000), /^level is none/],
    ['open', 'a weight less', 1, numbers.subarray(1), /fewer weights/],
    ['open', 'a weight more', 1, Float32Array.from([...numbers, 0]), /more weights/],
    ['open', 'no numbers', 1, floats(0), /fewer weights/],
    ['open', 'a layout cut short', 0, layout.subarray(0, 8), /layout is too short/],
    ['open', 'an empty layout', 0, new Uint32Array(0), /layout is too short/],
    ['open', 'a layout too long', 0, Uint32Array.from([...layout, 1]), /layout is too long/],
    ['open', '2^32 - 1 inputs', 0, layout.with(0, 2 ** 32 - 1), /number of inputs/],
    ['open', '2^32 - 1 trunk layers', 0, layout.with(6, 2 ** 32 - 1), /trunk/],
    ['open', 'a trunk layer of 2^31', 0, layout.with(7, 2 ** 31), /trunk/],
    ['open', 'an unknown tau', 0, layout.with(1, 3), /tau input/],
    ['open', 'an unknown kind', 0, layout.with(2, 4), /kind of a target/],
    ['open', 'a slope above 1', 1, numbers.with(0, 1.5), /slope/],
    ['open', 'a negative sd', 1, numbers.with(1, -1), /sd/],
    ['predict', 'no network', 0, {}, /^network was not opened here$/],
    ['predict', 'no object', 0, 1, /^network was not opened here$/],
    ['predict', 'another function', 0, addon.predict, /^network was not opened here$/],
    ['predict', 'a study', 0, study, /^network was not opened here$/],
    ['predict', 'x too short', 1, floats(7), /^x has 7 values, 8 are needed$/],
    ['predict', 'x as an array', 1, [0, 1], /^x is not a Float32Array$/],
    ['predict', 'x as a buffer', 1, edges.buffer, /^x is not a Float32Array$/],
    ['predict', 'x as a view', 1, new DataView(edges.buffer), /^x is not a Float32Array$/],
    ['predict', 'origins too short', 2, floats(4), /^origins has 4 values, 8 are needed$/],
    ['predict', 'tau too short', 3, floats(39), /^tau has 39 values, 40 are needed$/],
    ['predict', 'tau as bytes', 3, new Uint8Array(160), /^tau is not a Float32Array$/],
    ['predict', 'shared tau', 3, shared, /^tau lies in memory that threads share/],
    ['predict', 'tau given away', 3, given, /^tau (lies in memory that was given away|has 0 values)/],
    ['predict', 'no predictions', 4, undefined, /^predictions is not a Float32Array$/],
    ['predict', 'predictions too short', 4, floats(39), /^predictions has 39 values/],
    ['predict', 'negative jets', 5, -1, /^jets is not a whole number/],
    ['predict', 'half a jet', 5, 0.5, /^jets is not a whole number/],
    ['predict', 'NaN jets', 5, Number.NaN, /^jets is not a whole number/],
    ['predict', 'jets as text', 5, '2', /^jets is not a number$/],
    ['predict', '2^32 jets', 5, 2 ** 32, /^x has 8 values/],
    ['predict', '2^53 jets', 5, 2 ** 53, /^jets is not a whole number/],
    ['predict', '2^32 samples', 6, 2 ** 32, /^tau has 40 values/],
    ['predict', 'infinite samples', 6, Number.POSITIVE_INFINITY, /^samples is not a whole number/],
    ['quantileRows', 'no network', 0, {}, /^network was not opened here$/],
    ['quantileRows', 'a jet too few', 1, decided.subarray(1), /^a row is of a jet that was not decided$/],
    ['quantileRows', 'a jet too many', 2, Uint32Array.of(0, 2, 1), /^a row is of a jet that was not/],
    ['quantileRows', 'jets as floats', 2, floats(3), /^jet is not a Uint32Array$/],
    ['quantileRows', 'a fifth step', 3, Uint8Array.of(0, 4, 1), /^a step is not 0 to 3$/],
    ['quantileRows', 'steps as words', 3, new Uint32Array(3), /^step is not a Uint8Array$/],
    ['quantileRows', 'known too short', 4, floats(8), /^known has 8 values, 9 are needed$/],
    ['quantileRows', 'tau too short', 5, floats(2), /^tau has 2 values, 3 are needed$/],
    ['quantileRows', 'more rows than there are', 8, 4, /^jet has 3 values, 4 are needed$/],
    ['fillTau', 'no level', 0, undefined, /^level is none/],
    ['fillTau', 'tau too short', 1, floats(47), /^tau has 47 values, 48 are needed$/],
    ['fillTau', 'tau as doubles', 1, new Float64Array(48), /^tau is not a Float32Array$/],
    ['fillTau', 'shared tau', 1, shared, /^tau lies in memory that threads share/],
    ['fillTau', 'numbers too short', 2, new Uint32Array(5), /^numbers has 5 values, 6 are needed$/],
    ['fillTau', 'numbers as floats', 2, floats(6), /^numbers is not a Uint32Array$/],
    ['fillTau', '2^32 jets', 3, 2 ** 32, /^tau has 48 values/],
    ['fillTau', 'more samples than the stride', 4, 7, /^stride is less than the samples$/],
    ['fillTau', 'no stride', 5, undefined, /^stride is not a number$/],
    ['openStudy', 'no level', 0, 'avx9000', /^level is none/],
    ['openStudy', 'no samples', 1, 0, /^samples are not 1 to 65535$/],
    ['openStudy', '2^16 samples', 1, 2 ** 16, /^samples are not 1 to 65535$/],
    ['openStudy', 'edges as an array', 2, [0, 1], /^edges is not a Float32Array$/],
    ['openStudy', 'no edges', 5, undefined, /^edges is not a Float32Array$/],
    ['openStudy', 'one edge', 3, Float32Array.of(1), /^edges are not 2 to 255$/],
    [
      'openStudy',
      '256 edges',
      3,
      Float32Array.from({ length: 256 }, (_, i) => i),
      /^edges are not 2 to 255$/,
    ],
    ['openStudy', 'equal edges', 4, Float32Array.of(1, 1), /^edges do not increase$/],
    ['openStudy', 'a NaN edge', 5, Float32Array.of(1, Number.NaN), /^edges are not all finite$/],
    ['addJets', 'no study', 0, {}, /^study was not opened here$/],
    ['addJets', 'a network as the study', 0, network, /^study was not opened here$/],
    ['addJets', 'predictions too short', 1, floats(47), /^predictions has 47 values, 48 are needed$/],
    ['addJets', 'shared predictions', 1, shared, /^predictions lies in memory that threads share/],
    ['addJets', 'a stride below the samples', 2, 4, /^stride is less than the samples$/],
    ['addJets', 'a stride of 2^32', 2, 2 ** 32, /^predictions has 48 values/],
    ['addJets', 'origins too short', 3, floats(1), /^origins has 1 values, 2 are needed$/],
    ['addJets', 'truths too short', 4, floats(7), /^truths has 7 values, 8 are needed$/],
    ['addJets', '2^32 jets', 5, 2 ** 32, /^predictions has 48 values/],
    ['addJets', 'counts too short', 6, new Uint16Array(59), /^counts has 59 values, 60 are needed$/],
    ['addJets', 'counts of 32 bits', 6, new Uint32Array(60), /^counts is not a Uint16Array$/],
    ['addJets', 'signed ranks', 7, new Int16Array(12), /^less is not a Uint16Array$/],
    ['addJets', 'ranks too short', 8, new Uint16Array(11), /^equal has 11 values, 12 are needed$/],
    ['addJets', 'medians too short', 9, floats(11), /^medians has 11 values, 12 are needed$/],
    ['addJets', 'a place beyond the block', 10, 2, /^medians has 12 values, 16 are needed$/],
    ['addJets', 'a place of 2^32', 10, 2 ** 32, /^medians has 12 values/],
    ['sweep', 'no study', 0, {}, /^study was not opened here$/],
    ['sweep', 'counts too short', 1, new Uint16Array(59), /^counts has 59 values, 60 are needed$/],
  ])('%s refuses %s', (name, _, place, value, message) => {
    expect(() => call(name, FITS[name]!().with(place, value))).toThrow(message);
  });

  const memory = new ArrayBuffer(400);
  const both = floats(100);
  test.each<[string, string, number, unknown, number, unknown]>([
    ['predict', 'one array', 3, both.subarray(0, 40), 4, both.subarray(0, 40)],
    ['predict', 'ends that meet', 3, both.subarray(0, 40), 4, both.subarray(39, 79)],
    ['quantileRows', 'tau as values', 5, both.subarray(0, 3), 6, both.subarray(0, 3)],
    ['fillTau', 'numbers', 1, new Float32Array(memory, 0, 48), 2, new Uint32Array(memory, 188, 6)],
    ['addJets', 'ranks', 7, new Uint16Array(memory, 0, 12), 8, new Uint16Array(memory, 22, 12)],
    ['addJets', 'medians and truths', 9, new Float32Array(memory, 0, 12), 4, new Float32Array(memory, 44, 8)],
    ['addJets', 'counts', 6, new Uint16Array(memory, 190, 60), 1, new Float32Array(memory, 0, 48)],
  ])('%s refuses results in the memory of others: %s', (name, _, place, value, otherPlace, other) => {
    expect(() => call(name, FITS[name]!().with(place, value).with(otherPlace, other))).toThrow(
      /lie in the memory|lies in the memory/,
    );
  });

  describe('sizes', () => {
    test('of 2^32 jets of 2^32 samples do not overflow', () => {
      const args = FITS.predict!()
        .with(5, 2 ** 32)
        .with(6, 2 ** 32);
      expect(() => call('predict', args)).toThrow(/more than memory can hold/);
    });

    test('that shrink with their memory are seen', () => {
      const buffer = new (ArrayBuffer as new (bytes: number, options: object) => ArrayBuffer)(160, {
        maxByteLength: 160,
      });
      const tracking = new Float32Array(buffer);
      (buffer as unknown as { resize(bytes: number): void }).resize(8);
      expect(() => call('predict', FITS.predict!().with(4, tracking))).toThrow(/^predictions has 2 values/);
    });
  });
}
