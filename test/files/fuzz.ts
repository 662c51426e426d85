/**
 * Damaged files by the thousand: `npm run fuzz -- --runs 1000 [--seed N] [--only parquet]`.
 *
 * Every file must be read, or refused with one line; what does worse is kept in out/fuzz/ and ends the run with exit
 * code 1. The same seed makes the same files.
 */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSeal, DAMAGES } from './damage.js';
import { fileOf } from './files.js';
import { createRandom } from './random.js';
import { createReading } from './reading.js';

const SECONDS_ALLOWED = 20;
/** A process that only reads files of a few kilobytes has no business with more; each further gigabyte is a finding. */
let allowedPeakBytes = 1.5 * 2 ** 30;

/** Formats, and the fixtures that stand for each. */
const FORMATS: Readonly<Record<string, RegExp>> = {
  parquet: /\.parquet$/,
  arrow: /\.(feather|arrows)$/,
  npy: /\.npy$/,
  text: /\.(csv|tsv|txt)$/,
  hdf5: /\.h5$/,
  root: /^(?!rntuple).*\.root$/,
  rntuple: /^rntuple.*\.root$/,
};

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
  },
});
const runs = Number(values.runs);
const seed = Number(values.seed);
console.log(`seed ${seed}, ${runs} files a format`);
const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-fuzz-'));
const reading = createReading(SECONDS_ALLOWED);
const seal = await createSeal(readFileSync(fileOf('rntuple-unchecked.root')));
let findings = 0;
try {
  for (const [format, pattern] of Object.entries(FORMATS)) {
    if (values.only === undefined || values.only === format) await fuzz(format, pattern);
  }
} finally {
  await reading.close();
  rmSync(folder, { recursive: true });
}
process.exitCode = findings > 0 ? 1 : 0;

async function fuzz(format: string, pattern: RegExp): Promise<void> {
  const fixtures = readdirSync(fileOf('.')).filter((name) => pattern.test(name));
  const counts = { read: 0, refused: 0, failed: 0 };
  const damages = Object.entries(DAMAGES);
  for (let run = 0; run < runs; run++) {
    const random = createRandom(seed * 1_000_003 + run);
    const fixture = fixtures[run % fixtures.length]!;
    const [name, damage] = damages[Math.floor(damages.length * random())]!;
    // HDF5's library may keep a damaged file open; at the same path each would cost another instance of it.
    const path = join(folder, format === 'hdf5' ? `${run}-${fixture}` : fixture);
    const sound = readFileSync(fileOf(fixture));
    const damaged = damage(sound, random);
    if (fixture === 'rntuple-unchecked.root' && damaged.length === sound.length && random() < 0.9)
      seal(damaged);
    writeFileSync(path, damaged);
    let outcome = await reading.read(path);
    if (outcome.kind === 'refused' && outcome.message.includes('cannot be read by this process')) {
      await reading.close();
      outcome = await reading.read(path);
    }
    counts[outcome.kind]++;
    if (outcome.kind !== 'failed' && outcome.peakBytes < allowedPeakBytes) continue;
    allowedPeakBytes = Math.max(allowedPeakBytes, outcome.peakBytes + 2 ** 30);
    findings++;
    mkdirSync('out/fuzz', { recursive: true });
    const kept = join('out/fuzz', `${seed}-${run}-${fixture}`);
    copyFileSync(path, kept);
    const problem = outcome.kind === 'failed' ? outcome.message : `${outcome.peakBytes} bytes of memory`;
    console.log(`${kept} (${name}): ${problem}`);
  }
  console.log(`${format}: ${counts.read} read, ${counts.refused} refused, ${counts.failed} failed`);
}
