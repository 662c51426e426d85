/** The joint tests of a study, of 20,000 jets as with --quick and of 200,000 as by default, by as many threads as there are cores. */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { readBundle } from '../src/model/bundle-node.js';
import type { Report } from '../src/studies/summarise.js';
import { study } from '../src/study.js';
import { PROJECT_ROOT } from '../test/project-root.js';
import { makeReferenceJets } from '../test/reference-detector.js';
import type { Bench } from './harness.js';

export const bench: Bench = {
  name: 'joint',
  title: 'The joint tests, and their control, of a study of so many jets; 1 / (jets/s) × jets is their time',
  unit: 'jets',
  reference: '20000 jets',
  async prepare({ quick }) {
    const bundle = await readBundle(join(PROJECT_ROOT, 'models', 'simulation'));
    return {
      contestants: (quick ? [20_000] : [20_000, 200_000]).map((jets) => {
        const table = makeReferenceJets(jets, 1);
        return {
          name: `${jets} jets`,
          work: jets,
          threads: availableParallelism(),
          run: () => study(bundle, table, { samples: 16, jointJets: jets }),
          seconds: (report: unknown) => (report as Report).throughput.testSeconds!,
          check: (report: unknown) => assert.equal((report as Report).jets, jets),
        };
      }),
    };
  },
};
