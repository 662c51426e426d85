/**
 * The kernel as WebAssembly (kernel/wasm.cpp), whoever brings its bytes: the one with fused multiply-adds where runtime and
 * processor have them, else the one that rounds product and sum apart. Nothing here needs Node.
 */
import { sha256 } from '../model/bundle.js';
import type { Kernel, KernelArray, KernelArrayType, OpenStudy, Room } from './kernel.js';

/** How a multiply-add is rounded: once, or twice. The bits of predictions differ. */
export type Arithmetic = 'fused' | 'separate';

/** What scripts/build.mjs makes of the sources. */
export const WASM_FILES = { fused: 'kernel-fused.wasm', separate: 'kernel.wasm' } as const;
export type WasmFile = (typeof WASM_FILES)[Arithmetic];

export interface WasmModule {
  readonly module: WebAssembly.Module;
  readonly arithmetic: Arithmetic;
  /** Which computation it is: its bits change with it. */
  readonly version: string;
}

/** What kernel/wasm.cpp exports; arrays are addresses. */
interface WasmExports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  allocate(bytes: number): number;
  release(room: number): void;
  problem(): number;
  fused(): number;
  open(layout: number, layoutLength: number, numbers: number, count: number): number;
  openStudy(samples: number, edges: number, counts: number): number;
  closeStudy(study: number): void;
  decidedWidth(network: number): number;
  multiply(rounds: number): number;
  sweep(study: number, counts: number): void;
  predict(...pointers: number[]): void;
  decide(...pointers: number[]): void;
  quantileRows(...pointers: number[]): number;
  fillTau(...pointers: number[]): void;
  addJets(...pointers: number[]): number;
}

/**
 * @param read the bytes of one of {@link WASM_FILES}.
 * @param arithmetic this one; default the fastest that the machine has.
 * @throws Error where the runtime cannot do it; the message says what is missing.
 */
export async function compileWasm(
  read: (file: WasmFile) => Promise<Uint8Array<ArrayBuffer>>,
  arithmetic?: Arithmetic,
): Promise<WasmModule> {
  if (arithmetic !== 'separate') {
    const found = await compiled(await read(WASM_FILES.fused), 'fused');
    if (found && instantiate(found).fused()) return found;
    if (arithmetic === 'fused') throw new Error('this machine has no fused multiply-adds in WebAssembly');
  }
  const found = await compiled(await read(WASM_FILES.separate), 'separate');
  if (!found) throw new Error('this runtime has no WebAssembly SIMD');
  return found;
}

async function compiled(
  bytes: Uint8Array<ArrayBuffer>,
  arithmetic: Arithmetic,
): Promise<WasmModule | undefined> {
  // What the runtime does not know, relaxed SIMD above all, it does not take for valid.
  if (!WebAssembly.validate(bytes)) return undefined;
  const module = await WebAssembly.compile(bytes);
  return { module, arithmetic, version: (await sha256(bytes)).slice(0, 12) };
}

function instantiate({ module }: WasmModule): WasmExports {
  const exports = new WebAssembly.Instance(module).exports as unknown as WasmExports;
  exports._initialize();
  return exports;
}

const addressOf = (study: OpenStudy) => (study as { readonly address: number }).address;

/** The kernel in WebAssembly, in memory of its own. */
export function wasmKernel(compiled: WasmModule): Kernel {
  const wasm = instantiate(compiled);
  const { memory } = wasm;
  const dropped = new FinalizationRegistry<() => void>((free) => free());

  function allocate(bytes: number): number {
    // Addresses have 32 bits, and come as if they had a sign.
    const address = bytes < 2 ** 32 - 64 ? wasm.allocate(bytes) >>> 0 : 0;
    if (address === 0) throw new RangeError('there is not enough memory');
    return address;
  }

  function room<T extends KernelArray>(type: KernelArrayType<T>, length: number): Room<T> {
    const address = allocate(length * type.BYTES_PER_ELEMENT);
    let view = new type(memory.buffer, address, length);
    view.fill(0);
    const made = {
      get values() {
        if (view.buffer !== memory.buffer) view = new type(memory.buffer, address, length);
        return view;
      },
    };
    dropped.register(made, () => wasm.release(address));
    return made;
  }

  /** Addresses of arrays that lie in this memory. */
  const at = ({ buffer, byteOffset }: KernelArray): number => {
    if (buffer !== memory.buffer) throw new RangeError('an array does not lie in the kernel’s memory');
    return byteOffset;
  };

  /** Calls with copies of arrays that lie elsewhere, for as long as it takes. */
  function copied(arrays: readonly KernelArray[], call: (...addresses: number[]) => number): number {
    const addresses = arrays.map(({ byteLength }) => allocate(byteLength));
    arrays.forEach(({ buffer, byteOffset, byteLength }, i) => {
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      new Uint8Array(memory.buffer, addresses[i]!, byteLength).set(bytes);
    });
    const opened = call(...addresses);
    addresses.forEach(wasm.release);
    if (opened === 0) throw new RangeError(problem());
    return opened;
  }

  function problem(): string {
    const text = new Uint8Array(memory.buffer, wasm.problem());
    return new TextDecoder().decode(text.slice(0, text.indexOf(0)));
  }

  return {
    name: 'wasm',
    version: compiled.version,
    room,
    holds: ({ buffer }) => buffer === memory.buffer,
    open: ({ layout, numbers }) =>
      copied([layout, numbers], (layoutAt, numbersAt) =>
        wasm.open(layoutAt!, layout.length, numbersAt!, numbers.length),
      ),
    predict: (network, x, origins, tau, predictions, jets, samples) =>
      wasm.predict(network as number, at(x), at(origins), at(tau), at(predictions), jets, samples),
    decidedWidth: (network) => wasm.decidedWidth(network as number),
    decide: (network, x, origins, decided, jets) =>
      wasm.decide(network as number, at(x), at(origins), at(decided), jets),
    quantileRows(network, decided, jet, step, known, tau, value, slope, count) {
      const jets = Math.floor(decided.length / wasm.decidedWidth(network as number));
      const [places, results] = [[jet, step, known, tau].map(at), [value, slope].map(at)];
      if (!wasm.quantileRows(network as number, at(decided), jets, ...places, ...results, count))
        throw new RangeError(problem());
    },
    fillTau: (tau, numbers, ...sizes) => wasm.fillTau(at(tau), at(numbers), ...sizes),
    openStudy(samples, edges) {
      const all = Float32Array.from(edges.flatMap((values) => [...values]));
      const counts = Uint32Array.from(edges, ({ length }) => length);
      const address = copied([all, counts], (allAt, countsAt) => wasm.openStudy(samples, allAt!, countsAt!));
      const study = { address };
      dropped.register(study, () => wasm.closeStudy(address));
      return study;
    },
    addJets: (study, predictions, stride, origins, truths, jets, counts, less, equal, medians, place) =>
      wasm.addJets(
        ...[addressOf(study), at(predictions), stride, at(origins), at(truths), jets],
        ...[at(counts), at(less), at(equal), at(medians), medians.length / 4, place],
      ) !== 0,
    sweep: (study, counts) => wasm.sweep(addressOf(study), at(counts)),
    multiply: wasm.multiply,
  };
}
