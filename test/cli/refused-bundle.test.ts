/** A bundle that passes our checks and that ONNX Runtime refuses: another attempt would not help, so the exit code is 2. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeBundle } from '../../export/write-bundle.js';
import { sha256 } from '../../src/model/bundle.js';
import { ATTRIBUTE_TYPE, decodeModel, encodeModel } from '../../src/model/onnx-proto.js';
import { makeReferenceJets } from '../reference-detector.js';
import { tinyBundle } from '../tiny-bundle.js';
import { csvOf, runLine } from './run-cli.js';

const root = mkdtempSync(join(tmpdir(), 'jet-iqn-refused-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const [bundle, jets] = [join(root, 'bundle'), join(root, 'jets.csv')];

beforeAll(async () => {
  const { card, graphs } = await tinyBundle();
  const model = decodeModel(graphs['block.onnx']);
  const exp = model.graph.nodes.find(({ opType }) => opType === 'Exp')!;
  // A name that a terminal would obey.
  exp.attributes.push({ name: 'base\u001b[2J', type: ATTRIBUTE_TYPE.int, i: 2, ints: [] });
  const block = encodeModel(model);
  const files = { ...card.files, 'block.onnx': { sha256: await sha256(block), bytes: block.length } };
  await writeBundle(bundle, {
    source: bundle,
    card: { ...card, files },
    graphs: { ...graphs, 'block.onnx': block },
  });
  writeFileSync(jets, csvOf(makeReferenceJets(50, 3).columns));
});

test.each([
  ['sample', 'out --samples 3 --engine ort'],
  ['study', 'out --samples 20 --engine ort'],
  ['predict', 'q.csv --samples 3 --engine ort'],
  ['fold', 'fold.json --samples 3'],
])('%s: one line, 2', async (command, options) => {
  const line = `${command} ${bundle} ${jets} -o ${root}/${options} --threads 1 --quiet`;
  const { code, stderr } = await runLine(line);
  expect(stderr).toMatch(/^jet-iqn: .*block\.onnx is refused by ONNX Runtime[^\n]*\n$/);
  expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  expect(code).toBe(2);
});
