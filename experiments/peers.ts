/**
 * npm run experiment -- peers [--python PATH --paper BUNDLE --amortised BUNDLE -o FOLDER --quick]: studies of two bundles,
 * with all that they accumulate, beside the plain predictions of what else a physicist may sample the paper's network
 * with, each on all cores and with its best batch, taking turns in one run. The peers are given tau and keep nothing.
 *
 * Needs a Python with requirements.txt; without --python one is made in out/peers. torch.compile wants a C++ compiler.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { type Contestant, machine, measure } from '../bench/harness.js';
import { openRoofline } from '../bench/roofline.js';
import { benchTable } from '../bench/table.js';
import { readJets } from '../src/files/read-jets.js';
import type { JetsTable } from '../src/jets/table.js';
import type { Bundle } from '../src/model/bundle.js';
import { readBundle } from '../src/model/bundle-node.js';
import type { Report } from '../src/studies/summarise.js';
import { study } from '../src/study.js';
import { PROJECT_ROOT } from '../test/project-root.js';
import { type Peer, startPeer } from './peer.js';
import { RECORDS, writeRecord } from './records.js';

const PEERS = [
  'ONNX Runtime, Python',
  'torch',
  'torch.compile',
  'tf.function',
  'tf.function, XLA',
  'Keras predict',
];
const BATCHES = [1024, 4096, 16384, 65536, 262144];
const MODELS = join(PROJECT_ROOT, 'models');

interface Options {
  readonly python?: string;
  readonly paper: string;
  readonly amortised: string;
  readonly output: string;
  readonly quick: boolean;
}

export async function main(words: string[]): Promise<void> {
  const command = new Command('peers')
    .option('--python <path>', 'a Python with what requirements.txt names (default: made in out/peers)')
    .option('--paper <bundle>', 'with the paper’s network', join(MODELS, 'simulation-paper'))
    .option('--amortised <bundle>', 'with the amortised network', join(MODELS, 'simulation'))
    .option('-o, --output <folder>', 'for peers.csv', RECORDS)
    .option('--quick', 'small and rough', false)
    .parse(words, { from: 'user' });
  const { python = installed(), paper, amortised, output, quick } = command.opts<Options>();
  const roofline = await openRoofline();
  const opened: Peer[] = [];
  try {
    const table = await readJets(join(MODELS, 'jets-sample.parquet'));
    const cores = availableParallelism();
    for (const name of PEERS) {
      process.stderr.write(`Starting ${name} …\n`);
      const batches = quick ? [4096, 65536] : BATCHES;
      opened.push(await startPeer(name, { python, bundle: paper, cores, batches }));
    }
    const reference = 'jet-iqn study, paper network';
    const contestants: Contestant[] = [
      ours(reference, await readBundle(paper), table, quick ? 50 : 300),
      ours('jet-iqn study, amortised network', await readBundle(amortised), table, quick ? 200 : 1000),
      ...opened.map((peer) => ({ ...peer, name: `${peer.name}, ${peer.batch} at once` })),
    ];
    const result = await measure(
      {
        name: 'peers',
        title: `Predictions of the same network on ${cores} cores`,
        unit: 'predictions',
        reference,
        prepare: async () => ({ contestants }),
      },
      // One call is a turn.
      { rounds: quick ? 3 : 7, secondsPerTurn: 0, quick, roofline },
    );
    process.stdout.write(`${benchTable(result)}\n`);
    writeRecord(
      output,
      'peers',
      `npm run experiment -- peers, ${machine()}: predictions a second on all cores`,
      result.contestants.map(({ name, perSecond: { median, spread } }) => ({
        name,
        perSecond: median,
        spread,
      })),
    );
  } finally {
    for (const peer of opened) await peer.close();
    await roofline.close();
  }
}

/** A whole study, timed by itself: from the start of its workers to the last block. */
function ours(name: string, bundle: Bundle, table: JetsTable, samples: number): Contestant<Report> {
  return {
    name,
    work: table.rows * samples,
    threads: availableParallelism(),
    // The joint tests are not timed; of few jets they are soon over.
    run: () => study(bundle, table, { samples, jointJets: 500 }),
    seconds: ({ throughput }) => throughput.seconds,
    check({ predictions }) {
      if (predictions !== table.rows * samples) throw new Error(`${predictions} predictions were made`);
    },
  };
}

/** The path of a Python with the peers; a torch that is installed already is taken, since PyPI's brings gigabytes of CUDA. */
function installed(): string {
  const folder = join(PROJECT_ROOT, 'out', 'peers');
  const python = join(folder, 'bin', 'python');
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', '--system-site-packages', folder]);
  const requirements = join(PROJECT_ROOT, 'experiments', 'requirements.txt');
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements], {
    stdio: 'inherit',
  });
  return python;
}
