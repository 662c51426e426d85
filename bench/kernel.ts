/**
 * The kernel by itself: what tau, ranks, medians and spectra cost a prediction beside the engine, in WebAssembly and in the
 * native engine's addon against plain loops in TypeScript that say what is meant. 1000 / (M predictions/s) is its cost in nanoseconds.
 *
 * Predictions are copied in from more jets than any cache level below the last holds, as an engine would have written
 * them: the same few jets over and over would let the search for medians begin at its end.
 */
import assert from 'node:assert/strict';
import { loadAddon, nativeKernel } from '../src/engines/addon.js';
import type { Kernel } from '../src/engines/kernel.js';
import { loadWasm } from '../src/engines/open.js';
import { wasmKernel } from '../src/engines/wasm.js';
import { byVariable, VARIABLES } from '../src/jets/columns.js';
import {
  type Accumulators,
  openAccumulators,
  openTauRows,
  type TauRows,
} from '../src/sampling/accumulators.js';
import { planBlocks } from '../src/sampling/plan.js';
import type { BlockTotals } from '../src/sampling/totals.js';
import { makeGenerator } from '../src/stats/generator.js';
import { jetNumbers } from '../src/stats/tau.js';
import { plainAccumulators, plainTauRows } from '../test/sampling/plain-accumulators.js';
import type { Bench, Contestant } from './harness.js';

const SAMPLES = 1000;
const JETS = 256;

/** Centre, width and the range of the spectrum of each variable: a jet of 100 GeV and its neighbours. */
const SHAPES = {
  pt: { centre: 100, width: 12, range: [20, 1020] },
  eta: { centre: 0.5, width: 0.02, range: [-5, 5] },
  phi: { centre: 3.1, width: 0.02, range: [-Math.PI, Math.PI] },
  mass: { centre: 12, width: 4, range: [0, 200] },
} as const;

const EDGES = byVariable((variable) => {
  const [first, last] = SHAPES[variable].range;
  return Float32Array.from({ length: 101 }, (_, i) => first + ((last - first) * i) / 100);
});

export const bench: Bench = {
  name: 'kernel',
  title: `Tau, ranks, medians and spectra without the engine, ${SAMPLES} samples a jet, one core`,
  unit: 'predictions',
  reference: 'plain, all',
  async prepare() {
    const { jetsPerGroup } = planBlocks(2 ** 18, SAMPLES);
    const shape = { samples: SAMPLES, jetsPerGroup, jetsPerBlock: JETS };
    const own = (kernel: Kernel): Around => ({
      name: kernel.name,
      rows: openTauRows(kernel, shape),
      accumulators: openAccumulators(kernel, shape, EDGES),
    });
    const plain: Around = {
      name: 'plain',
      rows: plainTauRows(shape),
      accumulators: plainAccumulators(shape, EDGES),
    };
    const wasm = own(wasmKernel(await loadWasm()));
    const jets = makeJets(plain.rows.stride);
    const expected = totalsBytes(passOver(plain, jets, jetsPerGroup));
    const checkTotals = (totals: unknown) => assert.ok(totalsBytes(totals as BlockTotals).equals(expected));
    const tau = firstTau(plain);
    const all = (kernel: Around) => ({
      run: () => {
        drawTau(kernel, jetsPerGroup);
        return passOver(kernel, jets, jetsPerGroup);
      },
      check: checkTotals,
    });
    const parts = (kernel: Around): Omit<Contestant, 'work'>[] => [
      { name: `${kernel.name}, all`, ...all(kernel) },
      {
        name: `${kernel.name}, tau`,
        run: () => drawTau(kernel, jetsPerGroup),
        check: () => assert.ok(bytesOf(firstTau(kernel)).equals(bytesOf(tau))),
      },
      {
        name: `${kernel.name}, ranks, medians, spectra`,
        run: () => passOver(kernel, jets, jetsPerGroup),
        check: checkTotals,
      },
    ];
    const contestants: Omit<Contestant, 'work'>[] = [
      { name: 'plain, all', ...all(plain) },
      ...parts(wasm),
      ...('addon' in loadAddon() ? parts(own(nativeKernel('bench'))) : []),
    ];
    return { contestants: contestants.map((contestant) => ({ ...contestant, work: JETS * SAMPLES })) };
  },
};

/** What stands around the engine. */
interface Around {
  readonly name: string;
  readonly rows: TauRows;
  readonly accumulators: Accumulators;
}

interface Jets {
  /** [JETS, 4, stride] */
  readonly predictions: Float32Array;
  /** [JETS]: phi of the input. */
  readonly origins: Float32Array;
  /** [JETS, 4] */
  readonly gen: Float32Array;
}

/** Samples that scatter normally about each jet's own centre, within its own width; phi across ±pi. */
function makeJets(stride: number): Jets {
  const { uniform, normal } = makeGenerator(1, 1);
  const turned = (angle: number) => (angle > Math.PI ? angle - 2 * Math.PI : angle);
  const predictions = new Float32Array(JETS * 4 * stride);
  const gen = new Float32Array(JETS * 4);
  for (let jet = 0; jet < JETS; jet++)
    VARIABLES.forEach((variable, step) => {
      const { centre, width } = SHAPES[variable];
      const scale = width * (0.5 + uniform());
      const middle = centre + scale * normal();
      const draw = () => {
        const value = middle + scale * normal();
        return variable === 'phi' ? turned(value) : value;
      };
      const from = (jet * 4 + step) * stride;
      for (let sample = 0; sample < SAMPLES; sample++) predictions[from + sample] = draw();
      gen[jet * 4 + step] = draw();
    });
  return { predictions, origins: new Float32Array(JETS).fill(SHAPES.phi.centre), gen };
}

function drawTau({ rows }: Around, jetsPerGroup: number): void {
  for (let jet = 0; jet < JETS; jet += jetsPerGroup) rows.fillTau(jetNumbers(1, jet, jetsPerGroup));
}

function passOver(
  { rows, accumulators }: Around,
  { predictions, origins, gen }: Jets,
  jetsPerGroup: number,
): BlockTotals {
  const row = 4 * rows.stride;
  accumulators.begin();
  for (let jet = 0; jet < JETS; jet += jetsPerGroup) {
    const end = jet + jetsPerGroup;
    rows.predictions.set(predictions.subarray(jet * row, end * row));
    accumulators.add(
      rows.predictions,
      origins.subarray(jet, end),
      gen.subarray(jet * 4, end * 4),
      jetsPerGroup,
    );
  }
  return accumulators.end();
}

function firstTau({ rows }: Around): Float32Array {
  rows.fillTau(jetNumbers(1, 0, 1));
  return rows.tau.slice(0, SAMPLES);
}

/** A copy of all totals, to compare bit by bit. */
function totalsBytes({ variables }: BlockTotals): Buffer {
  return Buffer.concat(VARIABLES.flatMap((variable) => Object.values(variables[variable]).map(bytesOf)));
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
