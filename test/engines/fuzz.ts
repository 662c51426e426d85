/**
 * `node dist/test/engines/fuzz.js ADDON SECONDS [SEED]`: calls a compiled addon with arguments of random shapes, kinds
 * and values. It always answers or throws TypeError or RangeError; run under AddressSanitizer, every array is a
 * block of its own whose ends are watched.
 */
import { createRequire } from 'node:module';
import type { NativeAddon } from '../../src/engines/addon.js';
import { networkNumbers } from '../../src/engines/network-numbers.js';
import type { TauInput } from '../../src/model/network-spec.js';
import { philox4x32, STREAM } from '../../src/stats/philox.js';
import { tinyNetwork } from '../tiny-bundle.js';

const [path, seconds = '10', seed = '1'] = process.argv.slice(2);
const addon = createRequire(import.meta.url)(path!) as NativeAddon;
const levels = addon.levels();

let drawn = 0;
const words = new Uint32Array(4);
/** A whole number from 0 to most. */
function upTo(most: number): number {
  philox4x32(words, drawn++, 0, 0, STREAM.tests, Number(seed), 9);
  return words[0]! % (most + 1);
}
function oneOf<T>(values: readonly T[]): T {
  return values[upTo(values.length - 1)]!;
}

function randomNetwork() {
  const head = Array.from({ length: 1 + upTo(3) }, () => 1 + upTo(upTo(3) === 0 ? 63 : 11));
  const trunk = Array.from({ length: 1 + upTo(2) }, () => 1 + upTo(40));
  const tauInput = oneOf<TauInput>(['affine', 'logit', 'both']);
  const shape = { inputs: 4, slope: 0.3, tauInput };
  return tinyNetwork({
    network: oneOf([
      { kind: 'amortised', trunk, head, centreAndWidth: upTo(1) === 0, ...shape } as const,
      { kind: 'paper', width: 1 + upTo(63), depth: 1 + upTo(4), ...shape } as const,
    ]),
    floor: upTo(1) * 20,
  });
}

/** Something that is not what is wanted, or nearly. */
function stranger(): unknown {
  const buffer = new ArrayBuffer(64);
  const given = new Float32Array(16);
  structuredClone(given.buffer, { transfer: [given.buffer] });
  return oneOf<() => unknown>([
    () => undefined,
    () => null,
    () => ({}),
    () => [0.5, 0.5],
    () => upTo(100) - 50,
    () => Number.NaN,
    () => 2 ** 40,
    () => 'x',
    () => Symbol('x'),
    () => 10n,
    () => buffer,
    () => given,
    () => new DataView(buffer, 4),
    () => new Float32Array(new SharedArrayBuffer(400)),
    () => new Float64Array(100),
    () => new Uint8Array(4000),
    () => new Float32Array(upTo(50)),
    () => new Float32Array(buffer, 4 * upTo(8), upTo(8)),
    () => new Proxy(new Float32Array(9), {}),
  ])();
}

const counts = { answered: 0, refused: 0 };
function attempt(call: () => unknown): unknown {
  try {
    const answer = call();
    counts.answered++;
    return answer;
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    counts.refused++;
    return undefined;
  }
}

/** A window somewhere in a larger buffer as well as an array of its own. */
function floats(values: number): Float32Array {
  const offset = upTo(3);
  return upTo(1)
    ? new Float32Array(values)
    : new Float32Array(new ArrayBuffer(4 * (values + offset)), 4 * offset);
}

/** Calls with these arguments, now and then with a stranger among them. */
function call(name: Exclude<keyof NativeAddon, 'levels' | 'multiply'>, args: unknown[]): unknown {
  if (upTo(2) === 0) args[upTo(args.length - 1)] = stranger();
  return attempt(() => (addon[name] as (...args: unknown[]) => unknown)(...args));
}

function predictOnce(): void {
  const { layout, numbers } = networkNumbers(randomNetwork());
  if (upTo(5) === 0) layout[upTo(layout.length - 1)] = oneOf([0, 1, 5, 65, 2 ** 31, 2 ** 32 - 1]);
  const network = call('open', [layout, numbers, oneOf(levels)]);
  const [jets, samples] = [upTo(6), upTo(70)];
  const length = jets * 4 * samples;
  const tau = floats(length).map(() => (upTo(2 ** 23 - 1) + 0.5) / 2 ** 23);
  const [x, origins] = [floats(jets * 4).fill(0.5), floats(jets * 4).fill(50)];
  call('predict', [network, x, origins, tau, floats(length), jets, samples]);
  const width = call('decidedWidth', [network]);
  if (typeof width !== 'number') return;
  const decided = floats(jets * width);
  call('decide', [network, x, origins, decided, jets]);
  const rows = upTo(100);
  const drawn = (length: number) => floats(length).map(() => (upTo(999) + 0.5) / 1000);
  const [jet, step] = [new Uint32Array(rows), new Uint8Array(rows)];
  for (let row = 0; row < rows; row++) [jet[row], step[row]] = [upTo(jets), upTo(upTo(30) === 0 ? 255 : 3)];
  const [known, places] = [drawn(3 * rows), drawn(rows)];
  call('quantileRows', [network, decided, jet, step, known, places, floats(rows), floats(rows), rows]);
}

/** Edges of any number, mostly in order. */
function someEdges(): Float32Array {
  const edges = floats(upTo(9) === 0 ? upTo(256) : 2 + upTo(30)).map(() => anyValue());
  return upTo(9) === 0 ? edges : Float32Array.from(new Set(edges)).sort();
}
function anyValue(): number {
  const usual = upTo(1000) / 50 - 10;
  return upTo(30) === 0 ? oneOf([0, -0, 3e38, -1e-40, Number.POSITIVE_INFINITY, Number.NaN]) : usual;
}

function studyOnce(): void {
  const [jets, samples, place] = [upTo(6), 1 + upTo(150), upTo(3)];
  const stride = samples + upTo(20);
  const level = oneOf(levels);
  const predictions = floats(jets * 4 * stride);
  const numbers = Uint32Array.from({ length: 3 * jets }, () => upTo(2 ** 32 - 2));
  call('fillTau', [level, predictions, numbers, jets, samples, stride]);
  predictions.forEach((_, i) => {
    predictions[i] = anyValue();
  });
  const edges = Array.from({ length: 4 }, someEdges);
  const study = call('openStudy', [level, samples, ...edges]);
  if (study === undefined) return;
  const ranks = 4 * (place + jets + upTo(2));
  const spectra = new Uint16Array(samples * edges.reduce((sum, { length }) => sum + length + 1, 0));
  // More than wait for a sweep.
  for (let repeat = upTo(30); repeat >= 0; repeat--)
    call('addJets', [
      ...[study, predictions, stride, floats(jets).fill(3), floats(jets * 4), jets, spectra],
      ...[new Uint16Array(ranks), new Uint16Array(ranks), floats(ranks), place],
    ]);
  call('sweep', [study, spectra]);
}

const end = performance.now() + 1000 * Number(seconds);
while (performance.now() < end) {
  predictOnce();
  studyOnce();
}
if (counts.answered === 0 || counts.refused === 0)
  throw new Error('nothing was answered, or nothing refused');
process.stdout.write(`${counts.answered} calls answered, ${counts.refused} refused\n`);
