import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { cardTable } from '../../src/cli/card-table.js';
import { readBundle } from '../../src/model/bundle-node.js';
import { PROJECT_ROOT } from '../project-root.js';

const shipped = async () => (await readBundle(join(PROJECT_ROOT, 'models', 'simulation'))).card;

test('a shipped card: task, training, range, loss and each study with its verdict', async () => {
  const card = await shipped();
  const text = cardTable(card);
  for (const part of [
    'simulation: reco jets from gen jets',
    'amortised: trunk 128-128-128, head 24-24-24',
    '700092 of 999295 jets: Generated, not CMS data',
    'jet-iqn train jets.parquet --task simulation',
    'pt 10 to 4008 GeV',
    '199890 jets of jets.parquet (test): KS × 1000',
    'passed: 17 tests passed: 8 on 199,890 jets, 9 on 199,890',
  ])
    expect(text).toContain(part);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(700);
});

test('metrics of another shape are left out, and nothing of a card moves the cursor', async () => {
  const card = {
    ...(await shipped()),
    metrics: { study: { jets: 'many' }, ['a\u001b[2Jb']: (await shipped()).metrics.study },
    licence: 'MIT\u001b[2J\nname x',
  };
  const text = cardTable(card);
  expect(text).not.toContain('many');
  expect(text).toContain('licence       MIT [2J name x');
  expect(text).toContain('a [2Jb');
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});
