/**
 * A bundle: the card and graphs of one trained model, as bytes that somebody else read, checked as input from a
 * stranger. Nothing here needs Node.
 */
import { BundleError } from '../errors.js';
import { GRAPH_FILES, type GraphFile, type ModelCard } from './card.js';
import { checkCard } from './card-schema.js';
import { checkGraph } from './graph-check.js';

export const CARD_FILE = 'model.json';
/** Bytes: hundreds of times what the shipped bundles have. */
const LARGEST_CARD = 1 << 20;
const LARGEST_GRAPH = 1 << 26;

/** One trained model: its card and graphs, checked. */
export interface Bundle {
  /** The folder or address as the user named it, for messages. */
  readonly source: string;
  /** What model.json says. */
  readonly card: ModelCard;
  /**
   * Which model this is: the sha256 of the lines "<sha256>  <file>" of its graphs, hexadecimal. Metrics that are added
   * to the card later do not change it.
   */
  readonly sha256: string;
  /** The graphs' bytes, those that the card names. Not to be written to. */
  readonly graphs: Readonly<Omit<Record<GraphFile, Uint8Array>, 'quantiles.onnx'>> & {
    /** Absent in bundles of the first format. */
    readonly 'quantiles.onnx'?: Uint8Array;
  };
}

/**
 * Puts a bundle together from the bytes of its files and refuses what cannot be trusted.
 *
 * @param source the folder or address, for messages.
 * @param read the bytes of one file of the bundle; is asked for model.json and the graphs that it names. It
 * throws a BundleError for a file that is missing or has more than `largest` bytes.
 * @param files the graphs that are wanted.
 * @throws BundleError
 */
export async function bundleFrom(
  source: string,
  read: (file: typeof CARD_FILE | GraphFile, largest: number) => Promise<Uint8Array>,
  files: readonly GraphFile[] = GRAPH_FILES,
): Promise<Bundle> {
  const card = parseCard(source, await read(CARD_FILE, LARGEST_CARD));
  const graphs: Partial<Record<GraphFile, Uint8Array>> = {};
  for (const file of files) {
    const expected = card.files[file];
    if (!expected) continue;
    const bytes = await read(file, LARGEST_GRAPH);
    if (bytes.length !== expected.bytes || (await sha256(bytes)) !== expected.sha256) {
      throw new BundleError(
        source,
        `${file} is not the file that ${CARD_FILE} describes (sha256 differs): damaged or altered; get the bundle again`,
      );
    }
    try {
      checkGraph(file, bytes, card);
    } catch (error) {
      throw new BundleError(source, `${file} ${(error as Error).message}`, { cause: error });
    }
    graphs[file] = bytes;
  }
  return {
    source,
    card,
    sha256: await bundleSha256(card),
    graphs: graphs as Bundle['graphs'],
  };
}

function parseCard(source: string, bytes: Uint8Array): ModelCard {
  try {
    return checkCard(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (error) {
    throw new BundleError(source, `${CARD_FILE}: ${(error as Error).message}`, { cause: error });
  }
}

async function bundleSha256({ files }: ModelCard): Promise<string> {
  const lines = GRAPH_FILES.map((file) => files[file] && `${files[file].sha256}  ${file}\n`).join('');
  return sha256(new TextEncoder().encode(lines));
}

/** Hexadecimal, by the Web Cryptography API, which Node and browsers have alike. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
