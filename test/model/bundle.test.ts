import { expect, test } from '@jest/globals';
import { tinyBundle } from '../tiny-bundle.js';

test('a bundle is another one where a graph is another', async () => {
  const [a, b, again] = await Promise.all([tinyBundle(), tinyBundle({ seed: 2 }), tinyBundle()]);
  expect(a.sha256).not.toBe(b.sha256);
  expect(a.sha256).toBe(again.sha256);
});
