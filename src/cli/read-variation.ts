/** `--pt-scale` and `--pt-resolution`: numbers, or corrections of a correctionlib file. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { InvalidArgumentError, Option } from 'commander';
import { InputError } from '../errors.js';
import { LEAST_PT, type PtFactor, type Variation } from '../sampling/prediction-files.js';

/** As typed: factors, or a file and the correction in it. */
type Asked = readonly number[] | { readonly path: string; readonly name: string | undefined };

export interface VariationOptions {
  readonly ptScale?: Asked;
  readonly ptResolution?: Asked;
}

/** The two options. */
export function variationOptions(): Option[] {
  const said =
    'a factor, three (nominal,up,down), or a correctionlib file of them by eta and pt (FILE[:NAME])';
  return [
    new Option('--pt-scale <factor|file>', `pt and mass times it: ${said}`).argParser(asked),
    new Option('--pt-resolution <factor|file>', `pt’s distance to its median times it: ${said}`).argParser(
      asked,
    ),
  ];
}

/** `1.02`, `1,1.02,0.98`, `jer.json.gz` or `jer.json.gz:NAME`. */
function asked(text: string): Asked {
  const [, path, name] = /^(.+\.json(?:\.gz)?)(?::(.+))?$/i.exec(text) ?? [];
  if (path !== undefined) return { path, name };
  const factors = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (![1, 3].includes(factors.length) || !factors.every((factor) => factor > 0 && factor < Infinity))
    throw new InvalidArgumentError(
      'Give a factor above 0, three between commas (nominal,up,down), or a file that ends in .json or .json.gz.',
    );
  return factors;
}

/**
 * @returns undefined where nothing varies.
 * @throws UsageError where both factors have an up and a down; InputError where a file has no such correction.
 */
export async function readVariation(options: VariationOptions): Promise<Variation | undefined> {
  const { ptScale = [1], ptResolution = [1] } = options;
  const isOne = (factor: Asked) => 'length' in factor && factor.length === 1 && factor[0] === 1;
  if (isOne(ptScale) && isOne(ptResolution)) return undefined;
  const [scale, resolution] = [await factorOf(ptScale), await factorOf(ptResolution)];
  const variation = {
    ptScale: scale.factor,
    ptResolution: resolution.factor,
    names: { pt_scale: scale.name, pt_resolution: resolution.name },
  };
  const { openVariation } = await import('../sampling/variation.js');
  openVariation(variation);
  return variation;
}

async function factorOf(given: Asked): Promise<{ readonly factor: PtFactor; readonly name: string }> {
  if ('length' in given) return { factor: given, name: given.join(',') };
  const { correctionOf } = await import('../files/correctionlib.js');
  const { json, sha256 } = await readJson(given.path);
  const factor = correctionOf(given.path, json, given.name);
  return { factor, name: `${factor.name} of sha256 ${sha256}` };
}

/** Bytes, packed and unpacked: JME's largest file has some 60 MB. */
const LARGEST = 2 ** 28;

/** @throws InputError where it is none, packed or not. */
async function readJson(path: string): Promise<{ readonly json: unknown; readonly sha256: string }> {
  const { isShallow, TOO_DEEP } = await import('../model/card.js');
  try {
    const bytes = await readFile(path);
    if (bytes.length > LARGEST) throw new Error(`it has more than ${LARGEST} bytes`);
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const json: unknown = JSON.parse(
      (isPacked ? gunzipSync(bytes, { maxOutputLength: LARGEST }) : bytes).toString(),
    );
    if (!isShallow(json)) throw new Error(TOO_DEEP);
    return { json, sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    throw new InputError(path, `is no correctionlib file: ${(error as Error).message}`, { cause: error });
  }
}

/** What is said of values of pt that were smeared below the least. */
export function heldWords(held: number): string {
  return `${held} values of pt below ${LEAST_PT} GeV after smearing are held there`;
}
