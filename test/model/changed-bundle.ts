/** Bundles of strangers: a tiny one of which something was changed, and how it is refused. */
import { expect } from '@jest/globals';
import { BundleError } from '../../src/errors.js';
import { type Bundle, bundleFrom, sha256 } from '../../src/model/bundle.js';
import type { GraphFile } from '../../src/model/card.js';
import { decodeModel, encodeModel, type OnnxModel } from '../../src/model/onnx-proto.js';
import { tinyBundle } from '../tiny-bundle.js';

export type Json = Record<string, unknown>;

/** The error of loading a bundle whose card was changed, hashes left as they are. */
export async function withCard(change: (card: Json) => void): Promise<BundleError> {
  const { card, graphs } = await tinyBundle();
  const changed = structuredClone(card) as unknown as Json;
  change(changed);
  return refusal(JSON.stringify(changed), graphs);
}

/** The error of loading a bundle of which one graph was changed by somebody who knows how to make hashes. */
export async function withGraph(file: GraphFile, change: (model: OnnxModel) => void): Promise<BundleError> {
  const { card, graphs } = await tinyBundle();
  const model = decodeModel(graphs[file]!);
  change(model);
  const bytes = encodeModel(model);
  const files = { ...card.files, [file]: { sha256: await sha256(bytes), bytes: bytes.length } };
  return refusal(JSON.stringify({ ...card, files }), { ...graphs, [file]: bytes });
}

export async function refusal(card: string, graphs: Bundle['graphs']): Promise<BundleError> {
  const read = async (file: string) =>
    file === 'model.json' ? new TextEncoder().encode(card) : graphs[file as GraphFile]!;
  const error = await bundleFrom('stranger', read).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BundleError);
  expect((error as BundleError).exitCode).toBe(2);
  expect((error as BundleError).message).not.toContain('\n');
  return error as BundleError;
}
