/**
 * The kernel in WebAssembly: lays out its memory and calls kernel.as.ts. Runs wherever WebAssembly SIMD does, in Node
 * and browsers; the caller brings the compiled module.
 */
import { byVariable, VARIABLES } from '../../jets/columns.js';
import { philoxKey } from '../../stats/philox.js';
import { createBinLookup, rawCells } from '../accumulators/bin-lookup.js';
import type { Edges } from '../block-totals.js';
import { type Kernel, type KernelShape, rowStride, type StudyKernel } from './kernel.js';

/** Jets whose spectrum entries are kept as bytes before they are swept into the spectra. */
const SWEEP_JETS = 64;
const PAGE = 65_536;

/** What kernel.as.ts exports. */
interface KernelExports {
  readonly memory: WebAssembly.Memory;
  readonly __heap_base?: WebAssembly.Global;
  fillTau(
    tau: number,
    key0: number,
    key1: number,
    firstJet: number,
    jetCount: number,
    samples: number,
    stride: number,
  ): void;
  addJets(
    predictions: number,
    origins: number,
    truths: number,
    jetCount: number,
    samples: number,
    stride: number,
    lookups: number,
    row: number,
    entries: number,
    less: number,
    equals: number,
    medians: number,
    jets: number,
    place: number,
  ): number;
  sweep(entries: number, jets: number, stride: number, samples: number, counts: number, bins: number): void;
}

export function createWasmKernel(
  module: WebAssembly.Module,
  shape: KernelShape & { readonly edges: Edges },
): StudyKernel;
export function createWasmKernel(module: WebAssembly.Module, shape: KernelShape): Kernel;
export function createWasmKernel(module: WebAssembly.Module, shape: KernelShape): Kernel | StudyKernel {
  const { exports } = new WebAssembly.Instance(module, { env: { abort } });
  const kernel = exports as unknown as KernelExports;
  const { samples, jetsPerGroup, jetsPerBlock, edges } = shape;
  const [key0, key1] = philoxKey(shape.seed);
  const layout = createLayout();
  const stride = rowStride(samples);
  const values = jetsPerGroup * 4 * stride;
  const tau = layout.add(values * 4);
  const predictions = layout.add(values * 4);
  const study = edges && studyLayout(shape, edges, layout);
  // Memory grows once, before anyone looks at it: growing takes the views away.
  kernel.memory.grow(Math.max(0, Math.ceil((layout.bytes() - kernel.memory.buffer.byteLength) / PAGE)));
  const { buffer } = kernel.memory;
  const base: Kernel = {
    name: 'wasm',
    stride,
    tau: new Float32Array(buffer, tau, values),
    predictions: new Float32Array(buffer, predictions, values),
    fillTau: (firstJet, jetCount) => kernel.fillTau(tau, key0, key1, firstJet, jetCount, samples, stride),
  };
  base.tau.fill(0.5);
  if (!study) return base;

  const { lookups, at } = study;
  const blocks = byVariable((variable, step) => ({
    counts: new Uint16Array(buffer, at.counts[step], samples * lookups[variable].entries),
    less: new Uint16Array(buffer, at.less + 2 * step * jetsPerBlock, jetsPerBlock),
    equal: new Uint16Array(buffer, at.equal + 2 * step * jetsPerBlock, jetsPerBlock),
    median: new Float32Array(buffer, at.median + 4 * step * jetsPerBlock, jetsPerBlock),
  }));
  const originValues = new Float32Array(buffer, at.origins, jetsPerGroup);
  const truthValues = new Float32Array(buffer, at.truths, jetsPerGroup * 4);
  VARIABLES.forEach((variable, step) => {
    const { cells, stops, comparisons } = lookups[variable];
    new Uint8Array(buffer, at.cells[step]).set(rawCells(cells));
    new Float32Array(buffer, at.stops[step]).set(stops);
    new Uint32Array(buffer, at.lookups + 12 * step, 3).set([at.cells[step], at.stops[step], comparisons]);
  });
  /** Jets of the block so far, and those of them whose entries wait. */
  let place = 0;
  let waiting = 0;

  function sweep(): void {
    VARIABLES.forEach((variable, step) => {
      const entries = at.entries + step * samples;
      kernel.sweep(entries, waiting, 4 * samples, samples, at.counts[step], lookups[variable].entries);
    });
    waiting = 0;
  }

  return {
    ...base,
    begin() {
      place = 0;
      waiting = 0;
      for (const variable of VARIABLES) blocks[variable].counts.fill(0);
    },
    add(origins, gen, jetCount) {
      originValues.set(origins.subarray(0, jetCount));
      truthValues.set(gen.subarray(0, jetCount * 4));
      if (waiting + jetCount > study.sweepJets) sweep();
      const sound = kernel.addJets(
        predictions,
        at.origins,
        at.truths,
        jetCount,
        samples,
        stride,
        at.lookups,
        at.row,
        at.entries + waiting * 4 * samples,
        at.less,
        at.equal,
        at.median,
        jetsPerBlock,
        place,
      );
      place += jetCount;
      waiting += jetCount;
      return sound !== 0;
    },
    end() {
      sweep();
      return {
        jetCount: place,
        variables: byVariable((variable) => ({
          counts: blocks[variable].counts,
          less: blocks[variable].less.subarray(0, place),
          equal: blocks[variable].equal.subarray(0, place),
          median: blocks[variable].median.subarray(0, place),
        })),
      };
    },
  };
}

/** AssemblyScript's way to stop; nothing in the kernel calls it. */
function abort(): never {
  throw new Error('the kernel stopped');
}

/** Where a study's numbers lie. */
function studyLayout(
  { samples, jetsPerGroup, jetsPerBlock }: KernelShape,
  edges: Edges,
  layout: ReturnType<typeof createLayout>,
) {
  const lookups = byVariable((variable) => createBinLookup(edges[variable]));
  const all = VARIABLES.map((variable) => lookups[variable]);
  const sweepJets = Math.max(SWEEP_JETS, jetsPerGroup);
  const at = {
    origins: layout.add(jetsPerGroup * 4),
    truths: layout.add(jetsPerGroup * 16),
    lookups: layout.add(4 * 12),
    row: layout.add((samples + 16) * 4),
    cells: all.map(({ cells }) => layout.add(cells.length)),
    stops: all.map(({ stops }) => layout.add(stops.length * 4)),
    entries: layout.add(sweepJets * 4 * samples),
    less: layout.add(4 * jetsPerBlock * 2),
    equal: layout.add(4 * jetsPerBlock * 2),
    median: layout.add(4 * jetsPerBlock * 4),
    counts: all.map(({ entries }) => layout.add(samples * entries * 2)),
  };
  return { lookups, at, sweepJets };
}

/** Addresses one after the other, each on a cache line of its own. */
function createLayout() {
  let next = PAGE;
  return {
    add(bytes: number): number {
      const address = next;
      next += Math.ceil(bytes / 64) * 64;
      return address;
    },
    bytes: () => next,
  };
}
