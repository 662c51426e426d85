/** An engine on the kernel of our own: jets and tau into rooms of its memory, predictions and quantiles out of them. */
import { BundleError } from '../errors.js';
import { KNOWN_COUNT, STEP_COUNT } from '../model/steps.js';
import { networkInputCount, writeNetworkInputs } from '../model/transforms.js';
import { checkLength, type Engine, type JetQuantiles } from './engine.js';
import type { Kernel, OpenNetwork, Room } from './kernel.js';
import { type NetworkData, networkNumbers } from './network-numbers.js';

/** Jets of one call of the kernel at most, whose inputs have a room. */
const MOST_JETS = 256;
/** Samples of one call where tau and predictions are copied, unless one jet has more: 256 kB each, in the second-level cache. */
const MOST_COPIED = 1 << 14;
/** Rows of one call at most. */
const MOST_ROWS = 1 << 12;

/**
 * @param source the bundle as the user named it, for messages.
 * @throws BundleError where the kernel does not take this network; the message says why.
 */
export function kernelEngine(kernel: Kernel, source: string, data: NetworkData): Engine {
  const network = openedNetwork(kernel, source, data);
  const columns = data.inputs.length;
  const width = networkInputCount(data);
  const x = kernel.room(Float32Array, MOST_JETS * width);
  const origins = kernel.room(Float32Array, MOST_JETS * STEP_COUNT);
  const copies = [growingRoom(kernel), growingRoom(kernel)] as const;

  /** x and origins of some jets, at most MOST_JETS. */
  function writeInputs(jets: Float32Array, first: number, count: number): void {
    const [to, toOrigins] = [x.values, origins.values];
    for (let jet = 0; jet < count; jet++) {
      const own = jets.subarray((first + jet) * columns, (first + jet + 1) * columns);
      writeNetworkInputs(data, own, to, jet * width);
      toOrigins.set(own.subarray(0, STEP_COUNT), jet * STEP_COUNT);
    }
  }

  return {
    engine: kernel.name,
    inputs: columns,
    kernel,
    async predict(jets, tau, predictions, jetCount, sampleCount) {
      const perJet = STEP_COUNT * sampleCount;
      checkLength('jets', jets, jetCount * columns);
      checkLength('tau', tau, jetCount * perJet);
      checkLength('predictions', predictions, jetCount * perJet);
      if (sampleCount === 0) return;
      const isInPlace = kernel.holds(tau) && kernel.holds(predictions);
      const most = isInPlace
        ? MOST_JETS
        : Math.max(1, Math.min(MOST_JETS, Math.floor(MOST_COPIED / sampleCount)));
      for (let first = 0; first < jetCount; first += most) {
        const here = Math.min(most, jetCount - first);
        writeInputs(jets, first, here);
        const [from, to] = [tau, predictions].map((values) =>
          values.subarray(first * perJet, (first + here) * perJet),
        ) as [Float32Array, Float32Array];
        if (isInPlace) {
          kernel.predict(network, x.values, origins.values, from, to, here, sampleCount);
          continue;
        }
        const [tauCopy, made] = copies.map((room) => room(here * perJet)) as [FloatRoom, FloatRoom];
        tauCopy.values.set(from);
        kernel.predict(network, x.values, origins.values, tauCopy.values, made.values, here, sampleCount);
        to.set(made.values.subarray(0, here * perJet));
      }
    },
    ...rowsOf({ kernel, network, columns, writeInputs, x, origins }),
    // Network and memory go with what holds them.
    async close() {},
  };
}

type FloatRoom = Room<Float32Array>;

interface RowsOf {
  readonly kernel: Kernel;
  readonly network: OpenNetwork;
  readonly columns: number;
  writeInputs(jets: Float32Array, first: number, count: number): void;
  readonly x: FloatRoom;
  readonly origins: FloatRoom;
}

/** The conditional rows: what jets decide, nine tenths of the work and more, is computed once however often it is asked. */
function rowsOf({
  kernel,
  network,
  columns,
  writeInputs,
  x,
  origins,
}: RowsOf): Pick<Engine, 'quantile' | 'forJets'> {
  const width = kernel.decidedWidth(network);
  const decidedRoom = growingRoom(kernel);
  /** Whose jets the room is of: another one's are decided again when they are asked next. */
  let owner: object | undefined;
  let rooms: ReturnType<typeof rowRooms> | undefined;

  function decide(jets: Float32Array): void {
    const count = jets.length / columns;
    const decided = decidedRoom(count * width);
    for (let first = 0; first < count; first += MOST_JETS) {
      const here = Math.min(MOST_JETS, count - first);
      writeInputs(jets, first, here);
      const to = decided.values.subarray(first * width, (first + here) * width);
      kernel.decide(network, x.values, origins.values, to, here);
    }
  }

  function forJets(jets: Float32Array): JetQuantiles {
    const length = (jets.length / columns) * width;
    const me = {};
    return {
      async quantile(rows, known, step, tau) {
        rooms ??= rowRooms(kernel);
        if (owner !== me) {
          owner = undefined;
          decide(jets);
          owner = me;
        }
        const value = new Float32Array(rows.length);
        const slope = new Float32Array(rows.length);
        for (let first = 0; first < rows.length; first += MOST_ROWS) {
          const count = Math.min(MOST_ROWS, rows.length - first);
          const decided = decidedRoom(length).values.subarray(0, length);
          rooms.jet.values.set(rows.subarray(first, first + count));
          rooms.step.values.set(step.subarray(first, first + count));
          rooms.known.values.set(known.subarray(KNOWN_COUNT * first, KNOWN_COUNT * (first + count)));
          rooms.tau.values.set(tau.subarray(first, first + count));
          const asked = [rooms.jet.values, rooms.step.values, rooms.known.values, rooms.tau.values] as const;
          kernel.quantileRows(network, decided, ...asked, rooms.value.values, rooms.slope.values, count);
          value.set(rooms.value.values.subarray(0, count), first);
          slope.set(rooms.slope.values.subarray(0, count), first);
        }
        return { value, slope };
      },
    };
  }

  return {
    forJets: async (jets) => forJets(jets),
    async quantile(jets, known, step, tau) {
      const value = new Float32Array(tau.length);
      const slope = new Float32Array(tau.length);
      for (let first = 0; first < tau.length; first += MOST_ROWS) {
        const end = Math.min(first + MOST_ROWS, tau.length);
        const made = await forJets(jets.subarray(first * columns, end * columns)).quantile(
          Uint32Array.from({ length: end - first }, (_, row) => row),
          known.subarray(KNOWN_COUNT * first, KNOWN_COUNT * end),
          step.subarray(first, end),
          tau.subarray(first, end),
        );
        value.set(made.value, first);
        slope.set(made.slope, first);
      }
      return { value, slope };
    },
  };
}

/** What one call of {@link Kernel.quantileRows} reads and writes. */
function rowRooms(kernel: Kernel) {
  const floats = (width: number) => kernel.room(Float32Array, width * MOST_ROWS);
  const [jet, step] = [kernel.room(Uint32Array, MOST_ROWS), kernel.room(Uint8Array, MOST_ROWS)];
  return { jet, step, known: floats(KNOWN_COUNT), tau: floats(1), value: floats(1), slope: floats(1) };
}

/** A room that is replaced by a larger one where more is asked of it. */
function growingRoom(kernel: Kernel): (length: number) => FloatRoom {
  let room = kernel.room(Float32Array, 0);
  return (length) => {
    if (room.values.length < length) room = kernel.room(Float32Array, length);
    return room;
  };
}

function openedNetwork(kernel: Kernel, source: string, data: NetworkData): OpenNetwork {
  try {
    return kernel.open(networkNumbers(data));
  } catch (error) {
    const problem = `the ${kernel.name} engine does not take this network: ${(error as Error).message}`;
    throw new BundleError(source, problem, { cause: error });
  }
}
