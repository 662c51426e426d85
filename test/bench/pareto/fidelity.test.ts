import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { fidelityOf } from '../../../bench/pareto/fidelity.js';
import { readBundle } from '../../../src/model/bundle-node.js';
import { PROJECT_ROOT } from '../../project-root.js';
import { tinyBundle } from '../../tiny-bundle.js';

test('a shipped card’s study of 50,000 jets, with its largest closure', async () => {
  const { card } = await readBundle(join(PROJECT_ROOT, 'models', 'simulation-paper'));
  const { test50k: study } = card.metrics as {
    test50k: { joint: { auc: number }; closure: Record<string, { ks: number }> };
  };
  expect(fidelityOf(card)).toMatchObject({
    task: 'simulation',
    network: 'paper 5 × 50',
    multiplications: 42_600,
    jets: 50_000,
    auc: study.joint.auc,
    closureKs: Math.max(...Object.values(study.closure).map(({ ks }) => ks)),
  });
});

test('a card without a study has none', async () => {
  const { card } = await tinyBundle();
  expect(fidelityOf(card)).toBeUndefined();
});
