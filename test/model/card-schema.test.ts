import { describe, expect, test } from '@jest/globals';
import { bundleFrom } from '../../src/model/bundle.js';
import { tinyBundle } from '../tiny-bundle.js';
import { type Json, refusal, withCard } from './changed-bundle.js';

describe('a card', () => {
  const cases: [string, (card: Json) => void, string][] = [
    [
      'of another format',
      (card) => (card.format = 'jet-iqn-bundle/3'),
      'format: is not jet-iqn-bundle/1 or jet-iqn-bundle/2',
    ],
    ['named like a path', (card) => (card.name = '../../etc/cron.d/x'), 'name: must be letters'],
    ['named like a hidden file', (card) => (card.name = '.ssh'), 'name: must be letters'],
    [
      'with figures nested too deep',
      (card) => ((card.metrics as Json).x = JSON.parse(`${'['.repeat(33)}${']'.repeat(33)}`)),
      'metrics: nested deeper than 32 levels',
    ],
    ['with a further field', (card) => (card.run = 'rm'), 'run: '],
    ['without a field', (card) => delete card.task, 'task: '],
    ['of an unknown task', (card) => (card.task = 'unfolding'), 'task: '],
    ['with a text without end', (card) => (card.description = 'a'.repeat(30_000)), 'description: '],
    ['with an absurd network', (card) => ((card.network as Json).head = [1e9]), 'network.head.0: '],
    ['with a network of no layers', (card) => ((card.network as Json).trunk = []), 'network.trunk: '],
    ['of an unknown network', (card) => ((card.network as Json).kind = 'flow'), 'network.kind: '],
    ['with a wrong number of parameters', (card) => (card.parameters = 7), 'parameters: '],
    ['with a spread of zero', (card) => ((card.inputs as Json[])[0]!.sd = 0), 'inputs.0.sd: must be above 0'],
    [
      'with a mean that is no number',
      (card) => ((card.targets as Json[])[2]!.mean = 'x'),
      'targets.2.mean: ',
    ],
    [
      'with inputs in another order',
      (card) => (card.inputs as Json[]).reverse(),
      'inputs: the first must be',
    ],
    ['with targets in another order', (card) => (card.targets as Json[]).reverse(), 'targets: they must be'],
    [
      'with a column too many',
      (card) => (card.inputs as Json[]).push({ ...(card.inputs as Json[])[0]!, column: 'rho' }),
      'inputs: their number',
    ],
    [
      'with a column named like a path',
      (card) => ((card.inputs as Json[])[3]!.column = '../mass'),
      'inputs.3.column: ',
    ],
    [
      'of the second format without quantiles',
      (card) => delete card.quantiles,
      'quantiles: jet-iqn-bundle/1 has none, later bundles have quantiles.onnx and its levels',
    ],
    [
      'with a level outside of (0, 1)',
      (card) => ((card.quantiles as Json).levels = [0.5, 1]),
      'quantiles.levels.1: ',
    ],
    ['without a graph', (card) => delete (card.files as Json)['block.onnx'], 'files.block.onnx: '],
    [
      'with a file outside of its folder',
      (card) => ((card.files as Json)['../x.onnx'] = { sha256: '0'.repeat(64), bytes: 1 }),
      'files.../x.onnx: ',
    ],
    [
      'with another hash',
      (card) => (((card.files as Json)['sampler.onnx'] as Json).sha256 = '0'.repeat(64)),
      'sampler.onnx is not the file that model.json describes',
    ],
    [
      'that differs from the copy in its graphs',
      (card) => (card.task = 'correction'),
      'sampler.onnx carries another card than model.json',
    ],
  ];
  test.each(cases)('%s is refused', async (_, change, message) => {
    const error = await withCard(change);
    expect(error.message).toContain(`stranger: `);
    expect(error.message).toContain(message);
  });

  test.each([
    ['not JSON', '{"format":'],
    ['nested a million times', '['.repeat(500_000)],
    ['null', 'null'],
    ['a list', '[]'],
  ])('%s is refused', async (_, text) => {
    const error = await refusal(text, (await tinyBundle()).graphs);
    expect(error.message).toMatch(/^stranger: model\.json: /);
  });

  test.each([
    ['metrics', (card: Json) => card],
    ['parity', (card: Json) => card],
    ['options', (card: Json) => card.training as Json],
  ])('with 200,000 brackets in its %s is refused', async (name, holder) => {
    const { card, graphs } = await tinyBundle();
    const changed = structuredClone(card) as unknown as Json;
    holder(changed)[name] = { x: 'HERE' };
    const nested = '['.repeat(200_000) + ']'.repeat(200_000);
    const error = await refusal(JSON.stringify(changed).replace('"HERE"', nested), graphs);
    expect(error.message).toMatch(/^stranger: model\.json: (training\.)?\w+: nested deeper than 32 levels$/);
  });

  test('in bytes that are no text is refused', async () => {
    await expect(bundleFrom('stranger', async () => Uint8Array.of(0xff, 0xfe, 0x00))).rejects.toThrow(
      'stranger: model.json: ',
    );
  });
});
