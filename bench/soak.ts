/**
 * `npm run soak`: pools made, used and destroyed over and over, and whether memory, files and threads come back.
 *
 * Every round samples a study of the shipped model in two workers. After each round, with garbage collected, it reads
 * the process's resident memory, its heap, its handles, and its open files and threads (/proc, so only Linux). The
 * first quarter warms up; then the memory's slope a round is fitted, and files, threads and handles must be what they
 * were. The first round and the last are printed. What still grows for some
 * thirty rounds is V8's: between heap snapshots after rounds 15 and 40 there is more compiled code and what it was
 * compiled by (feedback vectors), no object of ours, and from round 20 to 40 the heap grows from 9.30 to 9.37 MB.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleEngine } from '../src/engines/open.js';
import { readJets } from '../src/files/read-jets.js';
import { firstJets } from '../src/jets/table.js';
import { runStudyPass } from '../src/sampling/run-study-pass.js';
import { studyEdges } from '../src/studies/spectrum-edges.js';
import { type SoakRound, soakLine, soakVerdict } from './soak-verdict.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    bundle: { type: 'string', default: 'models/simulation' },
    jets: { type: 'string', default: 'models/jets-sample.parquet' },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new RangeError(`--minutes is a number above 0, not ${values.minutes}`);
if (!globalThis.gc) throw new Error('run it as npm run soak: it needs node --expose-gc');

const engine = await bundleEngine(values.bundle);
const table = firstJets(await readJets(values.jets), 400);
const edges = studyEdges(table, 'simulation');
const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-soak-'));
const rounds: SoakRound[] = [];
const end = performance.now() + minutes * 60_000;
try {
  while (performance.now() < end) {
    await runStudyPass({
      engine,
      table,
      task: 'simulation',
      samples: 200,
      seed: rounds.length,
      threads: 2,
      edges,
      outputDir: join(folder, 'out'),
      overwrite: true,
    });
    // Two turns of the loop: what closes after an await closes now.
    for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
    globalThis.gc();
    rounds.push(look());
    if (rounds.length % 25 === 0) console.error(soakLine(rounds.length, rounds.at(-1)!));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(soakLine(1, rounds[0]!));
console.log(soakLine(rounds.length, rounds.at(-1)!));
const { passed, text } = soakVerdict(rounds);
console.log(text);
process.exitCode = passed ? 0 : 1;

function look(): SoakRound {
  const { rss, heapUsed } = process.memoryUsage();
  return {
    bytes: rss,
    heap: heapUsed,
    files: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
    handles: process.getActiveResourcesInfo().length,
  };
}
