#!/usr/bin/env node
/**
 * `npm run bench:peers`: a study of jet-iqn's, with all that it accumulates, beside the plain predictions of what else a
 * physicist may sample the same network with, each on all cores and with its best batch, taking turns in one run.
 *
 * The reference is the study with the paper's network; the others' ratios to it say how much of its speed they reach.
 * The study draws its tau, fills histograms and ranks and takes medians; the peers are given tau and keep nothing.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { readJets } from '../../src/files/read-jets.js';
import type { JetsTable } from '../../src/jets/table.js';
import type { Bundle } from '../../src/model/bundle.js';
import { readBundle } from '../../src/model/bundle-node.js';
import { multiplicationsPerPrediction, type NetworkSpec } from '../../src/model/network-spec.js';
import type { Report } from '../../src/report/report.js';
import { study } from '../../src/studies/run-study.js';
import { makeTinyBundle } from '../../test/tiny-bundle.js';
import { type Contestant, measure } from '../harness.js';
import { machine } from '../machine.js';
import { openRoofline } from '../roofline.js';
import { benchTable } from '../table.js';
import { type Peer, startPeer } from './peer.js';

const PEERS = [
  'ONNX Runtime, Python',
  'torch',
  'torch.compile',
  'tf.function',
  'tf.function, XLA',
  'Keras predict',
];
const BATCHES = [1024, 4096, 16384, 65536, 262144];
const JETS = fileURLToPath(new URL('../../../models/jets-sample.parquet', import.meta.url));

const PAPER: NetworkSpec = { kind: 'paper', inputs: 4, width: 50, depth: 5, slope: 0.3, tauInput: 'logit' };
const AMORTISED: NetworkSpec = {
  kind: 'amortised',
  inputs: 4,
  trunk: [64, 64, 64],
  head: [24, 24, 24],
  slope: 0.3,
  tauInput: 'logit',
  centreAndWidth: true,
};

interface Options {
  readonly python: string;
  readonly paper?: string;
  readonly amortised?: string;
  readonly peers: string[];
  readonly json?: string;
  readonly quick: boolean;
}

await new Command('bench:peers')
  .requiredOption('--python <path>', 'a Python with what requirements.txt names')
  .option('--paper <bundle>', 'a bundle with the paper’s network (default: a random one)')
  .option('--amortised <bundle>', 'a bundle with the amortised network (default: a random one)')
  .option('--peers <names...>', 'which of the peers', PEERS)
  .option('--json <file>', 'write the figures there')
  .option('--quick', 'small and rough', false)
  .action(main)
  .parseAsync();

async function main({ python, paper, amortised, peers, json, quick }: Options): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'jet-iqn-peers-'));
  const roofline = await openRoofline();
  const opened: Peer[] = [];
  try {
    const paperBundle = paper
      ? await readBundle(paper)
      : await makeTinyBundle(join(work, 'paper'), { network: PAPER });
    const amortisedBundle = amortised
      ? await readBundle(amortised)
      : await makeTinyBundle(join(work, 'amortised'), { network: AMORTISED });
    const table = await readJets(JETS);
    const cores = availableParallelism();
    for (const name of peers) {
      say(`Starting ${name} …`);
      const batches = quick ? [4096, 65536] : BATCHES;
      opened.push(await startPeer(name, { python, bundle: paperBundle.source, cores, batches }));
    }
    const reference = 'jet-iqn study, paper network';
    const contestants: Contestant[] = [
      ours(reference, paperBundle, table, quick ? 50 : 300),
      ours('jet-iqn study, amortised network', amortisedBundle, table, quick ? 200 : 1000),
      ...opened.map((peer) => ({
        ...peer,
        name: `${peer.name}, ${peer.batch} at once`,
        multiplications: multiplicationsPerPrediction(paperBundle.card.network),
      })),
    ];
    const result = await measure(
      {
        name: 'peers',
        title: `Predictions of the same network on ${cores} cores`,
        unit: 'predictions',
        reference,
        prepare: async () => ({ contestants }),
      },
      {
        rounds: quick ? 3 : 7,
        // One call is a turn.
        secondsPerTurn: 0,
        quick,
        roofline,
        onTurn: ({ round, contestant }) => say(`round ${round}: ${contestant}`),
      },
    );
    process.stdout.write(`${benchTable(result)}\n`);
    if (json) {
      await mkdir(dirname(json), { recursive: true });
      const record = {
        date: new Date().toISOString(),
        machine: machine(),
        node: process.version,
        quick,
        benches: [result],
      };
      await writeFile(json, `${JSON.stringify(record, null, 2)}\n`);
    }
  } finally {
    for (const peer of opened) await peer.close();
    await roofline.close();
    await rm(work, { recursive: true, force: true });
  }
}

/** A whole study, timed by itself: from the start of its workers to the last block. */
function ours(name: string, bundle: Bundle, table: JetsTable, samples: number): Contestant<Report> {
  return {
    name,
    work: table.rows * samples,
    threads: availableParallelism(),
    multiplications: multiplicationsPerPrediction(bundle.card.network),
    // The joint tests are not timed; of few jets they are soon over.
    run: () => study(bundle, table, { samples, jointJets: 500 }),
    seconds: ({ throughput }) => throughput.seconds,
    check({ predictions, variables }) {
      if (predictions !== table.rows * samples) throw new Error(`${predictions} predictions were made`);
      const ranked = variables.pt.closure.counts.reduce((sum, count) => sum + count, 0);
      if (ranked !== table.rows) throw new Error(`${ranked} jets were ranked`);
    },
  };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
