/** Pictures on a machine without fonts: what is drawn with the package's own letters, and what would be without them. */
import { expect, test } from '@jest/globals';
import { Resvg } from '@resvg/resvg-js';
import { openPng } from '../../src/report/png.js';

const LETTERS = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><rect width="200" height="40" fill="#fff"/>
<text x="5" y="28" font-family="Helvetica, Arial, &quot;Liberation Sans&quot;, sans-serif" font-size="20px">|η| ≥ −1.5 × 10³ <tspan font-style="italic">φ</tspan></text></svg>`;

function darkPixels(pixels: Uint8Array): number {
  let dark = 0;
  for (let i = 0; i < pixels.length; i += 4) if (pixels[i]! < 128) dark++;
  return dark;
}

test('letters are there though no font of the machine is looked at', async () => {
  const png = (await openPng())!(LETTERS);
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  // The header's width and height: three pixels for each of the drawing.
  const header = new DataView(png.buffer, png.byteOffset + 16);
  expect([header.getUint32(0), header.getUint32(4)]).toEqual([600, 120]);
  const shown = new Resvg(
    `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="120"><image width="600" height="120" href="data:image/png;base64,${Buffer.from(png).toString('base64')}"/></svg>`,
  ).render();
  const without = new Resvg(LETTERS, { font: { loadSystemFonts: false } }).render();
  expect(darkPixels(without.pixels)).toBe(0);
  // Sixteen signs of some 20 × 20 pixels, a tenth to a fifth of which is ink.
  expect(darkPixels(shown.pixels)).toBeGreaterThan(500);
});

test('the same bytes each time', async () => {
  const png = (await openPng())!;
  expect(Buffer.from(png(LETTERS)).equals(Buffer.from(png(LETTERS)))).toBe(true);
});
