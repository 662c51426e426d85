import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { loadAddon } from '../../src/engines/addon.js';
import { bundleEngine } from '../../src/engines/open.js';
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

test('the wasm engine stands in the job with its kernel, and a worker opens the same one', async () => {
  const tiny = join(folder, 'tiny-wasm');
  await makeTinyBundle(tiny);
  const { engine, versions, session } = await bundleEngine(tiny, 'wasm');
  expect(engine).toBe('wasm');
  expect(versions).toEqual({ 'wasm kernel': expect.stringMatching(/^[0-9a-f]{12}$/) });
  const { openSession } = await import(session.module);
  const opened = await openSession(session.options);
  expect(opened.engine).toBe('wasm');
  await opened.close();
});

test('a network too wide for the wasm engine is refused by name in one line', async () => {
  await expect(bundleEngine(join(folder, 'wide'), 'wasm')).rejects.toThrow(
    /wide: the wasm engine does not take this network: .*64 units$/,
  );
});
