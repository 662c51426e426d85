import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { loadAddon } from '../../src/model/native/addon.js';
import { bundleEngine } from '../../src/sampling/engine.js';
import { makeTinyBundle } from '../tiny-bundle.js';

const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-engine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a network too wide for the native engine is sampled by ONNX Runtime, with a word', async () => {
  const wide = join(folder, 'wide');
  await makeTinyBundle(wide, {
    network: {
      ...{ kind: 'amortised', inputs: 4, trunk: [8], head: [70], slope: 0.3 },
      ...{ tauInput: 'logit', centreAndWidth: true },
    } as const,
  });
  const { engine, note } = await bundleEngine(wide, 'auto');
  expect(engine).toBe('ort');
  if ('addon' in loadAddon())
    expect(note).toMatch(
      /wide: the native engine does not take this network: .*64 units: ONNX Runtime samples instead$/,
    );
  else expect(note).toBeUndefined();
  await expect(bundleEngine(wide, 'native')).rejects.toThrow(/the native engine/);
});

test('the versions that the bits depend on are those of the engine', async () => {
  const tiny = join(folder, 'tiny');
  await makeTinyBundle(tiny);
  expect(Object.keys((await bundleEngine(tiny, 'ort')).versions)).toEqual(['onnxruntime-node']);
  if ('addon' in loadAddon())
    expect((await bundleEngine(tiny, 'native')).versions).toEqual({
      'native kernel': expect.stringMatching(/^[0-9a-f]{12}$/),
    });
});
