/**
 * A finished study block as a file: a header in JSON that says what it is and the sha256 of what follows, then the
 * totals as little-endian integers and floats, counts in one byte where they fit.
 *
 *     "JIQBLK01" · header length (uint32) · header · for each variable: counts, less, equal, median
 */
import { createHash } from 'node:crypto';
import { byVariable, VARIABLES } from '../jets/columns.js';
import type { Journal } from './journal.js';
import { blockJets, type Plan } from './plan.js';
import { type BlockTotals, type Edges, spectrumEntries } from './totals.js';

const MAGIC = 'JIQBLK01';

/** What must be known beforehand to read a block, and is checked against its header. */
export interface BlockIdentity {
  /** sha256 of the job. */
  readonly job: string;
  readonly block: number;
  readonly jetCount: number;
  readonly samples: number;
  /** Spectrum entries of pt, eta, phi, mass. */
  readonly entries: readonly number[];
}

export function blockIdentity(journal: Journal, plan: Plan, edges: Edges, block: number): BlockIdentity {
  const { jetCount } = blockJets(plan, block);
  return { job: journal.mark, block, jetCount, samples: plan.samples, entries: spectrumEntries(edges) };
}

interface Header extends BlockIdentity {
  /** Bytes of one count for each variable: 1 or 2. */
  readonly countBytes: readonly number[];
  readonly sha256: string;
}

/** A block as the parts of its file, to be written in this order. */
export function encodeBlock(identity: BlockIdentity, totals: BlockTotals): Uint8Array[] {
  const countBytes: number[] = [];
  const payload = VARIABLES.flatMap((variable) => {
    const { counts, less, equal, median } = totals.variables[variable];
    const narrow = fitsByte(counts);
    countBytes.push(narrow ? 1 : 2);
    return [
      narrow ? new Uint8Array(counts) : bytesOf(counts),
      bytesOf(less),
      bytesOf(equal),
      bytesOf(median),
    ];
  });
  const hash = createHash('sha256');
  for (const part of payload) hash.update(part);
  const header: Header = { ...identity, countBytes, sha256: hash.digest('hex') };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return [Buffer.from(MAGIC), length, text, ...payload];
}

/** The totals of a block, or what is wrong with its file, in a few words. */
export function decodeBlock(file: Uint8Array, expected: BlockIdentity): BlockTotals | string {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < 12 || bytes.toString('latin1', 0, 8) !== MAGIC) return 'is not a block file';
  const payloadAt = 12 + bytes.readUInt32LE(8);
  const header = parseHeader(bytes.subarray(12, payloadAt));
  if (!header) return 'has a damaged header';
  if (header.job !== expected.job) return 'belongs to another job';
  if (header.block !== expected.block) return `holds block ${header.block}`;
  const payload = bytes.subarray(payloadAt);
  if (createHash('sha256').update(payload).digest('hex') !== header.sha256) return 'is damaged (sha256)';
  const { jetCount, samples, entries } = expected;
  let at = 0;
  const take = (count: number, width: number): ArrayBuffer => {
    const part = payload.subarray(at, at + count * width);
    at += count * width;
    return part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength) as ArrayBuffer;
  };
  const sizes = entries.map((n, i) => n * samples * header.countBytes[i] + jetCount * 8);
  if (payload.length !== sizes.reduce((a, b) => a + b, 0)) return 'has another length than its job makes';
  return {
    jetCount,
    variables: byVariable((_, i) => {
      const width = header.countBytes[i];
      const counts = take(entries[i] * samples, width);
      return {
        counts: width === 1 ? new Uint16Array(new Uint8Array(counts)) : new Uint16Array(counts),
        less: new Uint16Array(take(jetCount, 2)),
        equal: new Uint16Array(take(jetCount, 2)),
        median: new Float32Array(take(jetCount, 4)),
      };
    }),
  };
}

function parseHeader(text: Buffer): Header | undefined {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}

function fitsByte(counts: Uint16Array): boolean {
  let all = 0;
  for (let i = 0; i < counts.length; i++) all |= counts[i];
  return all < 256;
}

function bytesOf(values: Uint16Array | Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
