/** A thread of pooled-given.ts: answers for some jets, with engines of its own. */
import { workerData } from 'node:worker_threads';
import { BundleError } from '../../errors.js';
import type { ConditionalCdf } from '../../model/conditional/given-conditional.js';
import { loadBundle } from './load-bundle.js';
import type { OpenBundle } from './open-bundle.js';
import type { GivenSource, GivenTask } from './pooled-given.js';

const opened = open(workerData as GivenSource);
opened.catch(() => {});

async function open({ folder, sha256 }: GivenSource): Promise<OpenBundle> {
  const bundle = await loadBundle(folder);
  if (bundle.sha256 !== sha256)
    throw new BundleError(folder, 'the bundle changed since it was loaded; put the first one back');
  return bundle;
}

export default async function answer({
  jets,
  firstJet,
  question,
}: GivenTask): Promise<Float32Array | ConditionalCdf> {
  const given = (await opened).given(jets, firstJet);
  switch (question.kind) {
    case 'sample':
      return given.sample(question.options);
    case 'quantile':
      return given.quantile(question.tau);
    case 'cdf':
      return given.cdf(question.y);
    case 'marginalQuantiles':
      return given.marginalQuantiles(question.levels, question.options);
  }
}
