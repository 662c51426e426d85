/**
 * `node dist/test/model/native/fuzz.js ADDON SECONDS [SEED]`: calls a compiled addon with arguments of random shapes, kinds
 * and values. Whatever comes, it answers or throws TypeError or RangeError; run under AddressSanitizer, every array is a
 * block of its own whose ends are watched.
 */
import { createRequire } from 'node:module';
import type { NativeAddon } from '../../../src/model/native/addon.js';
import { networkNumbers } from '../../../src/model/network-numbers.js';
import type { TauInput } from '../../../src/model/network-spec.js';
import { philox4x32 } from '../../../src/random/philox.js';
import { STREAM } from '../../../src/random/stream.js';
import { tinyNetwork } from '../../tiny-bundle.js';

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

const end = performance.now() + 1000 * Number(seconds);
while (performance.now() < end) {
  const { layout, numbers } = networkNumbers(randomNetwork());
  const open: unknown[] = [layout, numbers, oneOf(levels)];
  if (upTo(3) === 0) open[upTo(2)] = stranger();
  if (upTo(5) === 0) layout[upTo(layout.length - 1)] = oneOf([0, 1, 5, 65, 2 ** 31, 2 ** 32 - 1]);
  const network = attempt(() => (addon.open as (...args: unknown[]) => unknown)(...open));
  const [jets, samples] = [upTo(6), upTo(70)];
  const length = jets * 4 * samples;
  // A window somewhere in a larger buffer as well as an array of its own.
  const array = (values: number) => {
    const offset = upTo(3);
    return upTo(1)
      ? new Float32Array(values)
      : new Float32Array(new ArrayBuffer(4 * (values + offset)), 4 * offset);
  };
  const tau = array(length).map(() => (upTo(2 ** 23 - 1) + 0.5) / 2 ** 23);
  const predict: unknown[] = [
    network,
    array(jets * 4).fill(0.5),
    array(jets * 4).fill(50),
    tau,
    array(length),
    jets,
    samples,
  ];
  if (upTo(2) === 0) predict[upTo(6)] = stranger();
  attempt(() => (addon.predict as (...args: unknown[]) => unknown)(...predict));
}
if (counts.answered === 0 || counts.refused === 0)
  throw new Error('nothing was answered, or nothing refused');
process.stdout.write(`${counts.answered} calls answered, ${counts.refused} refused\n`);
