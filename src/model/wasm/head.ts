/**
 * The compiled head, whoever brings its bytes: the one with fused multiply-adds where the runtime and the processor have
 * them, else the one that rounds product and sum apart. Nothing here needs Node.
 */
import { sha256 } from '../bundle.js';

/** How a multiply-add is rounded: once, or twice. The bits of predictions differ. */
export type Arithmetic = 'fused' | 'separate';

/** What scripts/build.mjs makes of head.as.ts. */
export const HEAD_FILES = { fused: 'head-fused.wasm', separate: 'head.wasm' } as const;
export type HeadFile = (typeof HEAD_FILES)[Arithmetic];

export interface WasmHead {
  readonly module: WebAssembly.Module;
  readonly arithmetic: Arithmetic;
  /** Which computation it is: its bits change with it. */
  readonly kernel: string;
}

/** What head.as.ts exports; all pointers are addresses in its memory. */
export interface HeadExports {
  readonly memory: WebAssembly.Memory;
  multiplyAdd(a: number, b: number, c: number): number;
  exponentials(from: number, to: number, count: number): void;
  logarithms(from: number, to: number, count: number): void;
  denseOfJets(
    kernel: number,
    bias: number,
    inputs: number,
    width: number,
    from: number,
    to: number,
    stride: number,
    isActivated: boolean,
    slope: number,
  ): void;
  predictJet(
    network: number,
    decided: number,
    origins: number,
    tau: number,
    predictions: number,
    samples: number,
  ): void;
  quantileRows(network: number, rows: number, results: number, count: number): void;
}

/**
 * @param read the bytes of one of {@link HEAD_FILES}.
 * @param arithmetic this one; default the fastest that the machine has.
 * @throws Error where the runtime cannot do it; the message says what is missing.
 */
export async function compileHead(
  read: (file: HeadFile) => Promise<Uint8Array<ArrayBuffer>>,
  arithmetic?: Arithmetic,
): Promise<WasmHead> {
  if (arithmetic !== 'separate') {
    const head = await compiled(await read(HEAD_FILES.fused), 'fused');
    if (head && isFused(head.module)) return head;
    if (arithmetic === 'fused') throw new Error('this machine has no fused multiply-adds in WebAssembly');
  }
  const head = await compiled(await read(HEAD_FILES.separate), 'separate');
  if (!head) throw new Error('this runtime has no WebAssembly SIMD');
  return head;
}

/** A fresh instance, with memory of its own. */
export function instantiateHead({ module }: WasmHead): HeadExports {
  return exportsOf(module);
}

async function compiled(
  bytes: Uint8Array<ArrayBuffer>,
  arithmetic: Arithmetic,
): Promise<WasmHead | undefined> {
  // What the runtime does not know, relaxed SIMD above all, it does not take for valid.
  if (!WebAssembly.validate(bytes)) return undefined;
  const module = await WebAssembly.compile(bytes);
  return { module, arithmetic, kernel: (await sha256(bytes)).slice(0, 12) };
}

/** Relaxed SIMD leaves it to the machine whether a multiply-add is rounded once. (1 + 2^-12)^2 - (1 + 2^-11) = 2^-24. */
function isFused(module: WebAssembly.Module): boolean {
  const factor = 1 + 2 ** -12;
  return exportsOf(module).multiplyAdd(factor, factor, -(1 + 2 ** -11)) === 2 ** -24;
}

function exportsOf(module: WebAssembly.Module): HeadExports {
  return new WebAssembly.Instance(module).exports as unknown as HeadExports;
}
