/**
 * The native engine against the processor and against itself: the head alone beside a loop of multiply-adds in
 * registers; the whole pass of a study beside the head alone.
 *
 * All in one run, so that they are ratios of this machine at this hour. Where there is no addon there is nothing to time.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAddon } from '../src/engines/addon.js';
import { multiplicationsPerPrediction, type NetworkSpec } from '../src/model/network-spec.js';
import { rowStride } from '../src/sampling/accumulators.js';
import { startThreads } from '../src/sampling/threads.js';
import { PROJECT_ROOT } from '../test/project-root.js';
import { makeTinyBundle } from '../test/tiny-bundle.js';
import type { Bench, Contestant } from './harness.js';
import { type LoopSetup, NATIVE_JETS } from './loop-worker.js';
import { SAMPLES, studyPass } from './study-pass.js';

const PAPER: NetworkSpec = {
  kind: 'paper',
  inputs: 4,
  width: 50,
  depth: 5,
  slope: 0.3,
  tauInput: 'logit',
};

function amortised(width: number, tauInput: 'logit' | 'both' = 'logit'): NetworkSpec {
  const head = [width, width, width];
  const trunk = [64, 64, 64];
  return { kind: 'amortised', inputs: 4, trunk, head, slope: 0.3, tauInput, centreAndWidth: true };
}

/** Multiplications that are made: those of targets not yet known are left out. */
function multiplications(spec: NetworkSpec): number {
  const width = spec.kind === 'paper' ? spec.width : spec.head[0]!;
  // 3, 2, 1 and 0 of three slots, in the first layer.
  const left = 6 * width;
  // The paper's network has what x and the one-hot step decide computed once a jet.
  const ofJet = spec.kind === 'paper' ? 4 * (spec.inputs + 4) * width : 0;
  return multiplicationsPerPrediction(spec) - left - ofJet;
}

const HEADS: Readonly<Record<string, NetworkSpec>> = {
  'head 16 wide': amortised(16),
  'head 24 wide': amortised(24),
  'head 24 wide, both taus': amortised(24, 'both'),
  'head 32 wide': amortised(32),
  'paper network': PAPER,
};

const found = loadAddon();
export const bench: readonly Bench[] = 'addon' in found ? [headAlone(), wholeStudy()] : [];

/** A loop of multiply-adds in registers. */
function peak(): Contestant {
  if ('absence' in found) throw new Error(found.absence);
  const { addon } = found;
  const [level] = addon.levels() as [string];
  const made = addon.multiply(level, 1);
  const rounds = Math.ceil(2e8 / made);
  return {
    name: 'peak',
    work: rounds * made,
    run: () => addon.multiply(level, rounds),
    check: (count) => assert.equal(count, rounds * made),
  };
}

function headAlone(): Bench {
  return {
    name: 'native-head',
    title: 'The native engine’s networks against a loop of multiply-adds in registers, one core',
    unit: 'multiply-adds',
    reference: 'peak',
    async prepare() {
      const { folder, remove } = await temporaryFolder();
      const closing: (() => Promise<unknown>)[] = [remove];
      const contestants: Contestant[] = [peak()];
      for (const [name, network] of Object.entries(HEADS)) {
        const bundle = join(folder, name.replaceAll(' ', '-'));
        await makeTinyBundle(bundle, { network });
        const alone = headLoop({ folder: bundle, samples: SAMPLES }, 1, 250_000);
        closing.unshift(alone.close);
        const work = alone.predictions * multiplications(network);
        contestants.push({
          name,
          ...alone.contestant,
          work,
          ...(/^head 24 wide/.test(name) && { atLeast: 0.8 }),
        });
      }
      return { contestants, close: () => closeAll(closing) };
    },
  };
}

function wholeStudy(): Bench {
  return {
    name: 'native-study',
    title: `The pass of a study by the native engine against its network alone, the shipped simulation, ${SAMPLES} samples a jet`,
    unit: 'predictions',
    reference: 'head alone, 1 worker',
    async prepare({ quick }) {
      const { folder, remove } = await temporaryFolder();
      const closing: (() => Promise<unknown>)[] = [remove];
      const contestants: Contestant[] = [];
      const bundle = join(PROJECT_ROOT, 'models', 'simulation');
      for (const threads of [1, 2]) {
        const workers = threads === 1 ? '1 worker' : `${threads} workers`;
        const pass = await studyPass(
          bundle,
          'native',
          join(folder, `journal${threads}`),
          threads,
          quick ? 1 : 4,
        );
        const alone = headLoop({ folder: bundle, samples: SAMPLES }, threads, pass.predictions);
        closing.unshift(pass.close, alone.close);
        contestants.push(
          { name: `head alone, ${workers}`, threads, ...alone.contestant, work: alone.predictions },
          { name: `study, ${workers}`, threads, ...pass.contestant, ...(threads === 1 && { atLeast: 0.8 }) },
        );
      }
      return { contestants, close: () => closeAll(closing) };
    },
  };
}

/** Workers that predict and nothing else; about so many predictions a call, by all together. */
function headLoop(setup: Omit<LoopSetup, 'of'>, threads: number, about: number) {
  const url = new URL('./loop-worker.js', import.meta.url);
  const pool = startThreads(url, threads, { ...setup, of: 'native' });
  // What a row is filled up with is computed too, and counts.
  const each = NATIVE_JETS * rowStride(setup.samples);
  const runs = Math.ceil(about / (threads * each));
  return {
    predictions: runs * threads * each,
    contestant: {
      run: (): Promise<number[]> => Promise.all(Array.from({ length: threads }, () => pool.run(runs))),
      check: (made: unknown) => assert.ok((made as number[]).every((pt) => pt > 0)),
    },
    close: () => pool.destroy(),
  };
}

async function temporaryFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'jet-iqn-bench-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function closeAll(closing: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const close of closing) await close();
}
