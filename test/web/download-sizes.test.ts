/** The site stays small: what a visitor downloads, by gzip. */
import { expect, test } from '@jest/globals';
import { downloadSizes } from './download-sizes.js';

test('until the first answer, all of it, and without ONNX Runtime', () => {
  const { first, all, files } = downloadSizes();
  const runtime = files.find(({ name }) => /ort-wasm.*\.wasm$/.test(name))!.bytes;
  // Measured: ONNX Runtime 3.70 MB, all else until the first answer 1.01 MB, all else that there is 4.65 MB: six bundles of 0.1 to 0.8 MB among them.
  expect(runtime).toBeLessThan(4.0e6);
  expect(first - runtime).toBeLessThan(1.4e6);
  expect(all - runtime).toBeLessThan(5.0e6);
});
