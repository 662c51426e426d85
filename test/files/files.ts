/** The files that test/files/cases/make.py made, and what they hold. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ByteSource } from '../../src/files/source.js';

const FOLDER = fileURLToPath(new URL('../../../test/files/cases', import.meta.url));

/** Path of a file, seen from dist/test/files. */
export function fileOf(name: string): string {
  return join(FOLDER, name);
}

type Numbers = Record<string, number[]>;

/** The table of all jets-*.*: 50 jets. */
export const JETS: Numbers & { event: string[] } = JSON.parse(readFileSync(fileOf('jets.json'), 'utf8'));

/** What the ROOT files hold. */
export const EVENTS: {
  /** Jets of the collection, those without a match, those matched to a gen jet that is not stored. */
  jets: number;
  unmatched: number;
  beyond: number;
  matched: Numbers & { event: string[] };
  /** Gen jets that no jet is matched to. */
  gensWithoutJet: number;
  all: Numbers;
  /** All gen jets. */
  gens: Numbers & { event: string[] };
  /** Pairs of NanoAOD's jets below deltaR 0.02. */
  byDirection: Numbers & { event: string[] };
  delphes: Numbers;
} = JSON.parse(readFileSync(fileOf('events.json'), 'utf8'));

/** Bytes in memory as a source. */
export function memorySource(name: string, bytes: Uint8Array): ByteSource {
  return {
    name,
    size: bytes.byteLength,
    read: async (start, end) => new Uint8Array(bytes.subarray(start, end)),
    close: async () => {},
  };
}
