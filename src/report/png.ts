/**
 * A figure as PNG, with letters from a package: the same picture on a machine without any fonts. Needs Node.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
/** Arimo has the widths of Helvetica and Arial, which the figures name. */
const FONTS = [
  require.resolve('@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf'),
  require.resolve('@expo-google-fonts/arimo/400Regular_Italic/Arimo_400Regular_Italic.ttf'),
];
/** Pixels of the picture for one of the drawing. */
const ZOOM = 3;

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
