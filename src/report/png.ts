/**
 * A figure as PNG, with letters that come with this package: the same picture on a machine without any fonts. Needs Node.
 */
import { fileURLToPath } from 'node:url';

const FONTS = ['Regular', 'Italic'].map((style) =>
  fileURLToPath(new URL(`../../../vendor/arimo/Arimo-${style}.ttf`, import.meta.url)),
);
/** Pixels of the picture for one of the drawing. */
const ZOOM = 2;

/** @returns undefined where resvg has no binary: other platforms, or an installation without optional packages. */
export async function openPng(): Promise<((svg: string) => Uint8Array) | undefined> {
  const resvg = await import('@resvg/resvg-js').catch(() => undefined);
  if (!resvg) return undefined;
  return (svg) =>
    new resvg.Resvg(svg, {
      fitTo: { mode: 'zoom', value: ZOOM },
      font: {
        loadSystemFonts: false,
        fontFiles: FONTS,
        defaultFontFamily: 'Arimo',
        sansSerifFamily: 'Arimo',
      },
    })
      .render()
      .asPng();
}
