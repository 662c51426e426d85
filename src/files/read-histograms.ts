/**
 * A spectrum in pt, or in pt and |eta|, out of a file of histograms: UHI JSON (scikit-hep/uhi, schema 1) as hist and
 * boost-histogram write it, and `jet-iqn histograms` and `fold`.
 */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { InputError } from '../errors.js';

/** What is in the bins, without what lies beside them. */
export interface SpectrumHistogram {
  readonly name: string;
  /** Edges [P + 1] in GeV. */
  readonly pt: readonly number[];
  /** Edges [E + 1] of eta or |eta|; absent: all eta together. */
  readonly eta?: readonly number[];
  /** [P][E], or [P][1]. */
  readonly values: readonly (readonly number[])[];
  /** The sum of what lies beside the bins. */
  readonly beside: number;
}

const LARGEST_FILE = 1 << 26;
const finite = v.pipe(v.number(), v.finite());
const flow = {
  underflow: v.boolean(),
  overflow: v.boolean(),
  metadata: v.optional(v.record(v.string(), v.unknown())),
};
const axis = v.variant('type', [
  v.object({
    type: v.literal('regular'),
    lower: finite,
    upper: finite,
    bins: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)),
    ...flow,
  }),
  v.object({ type: v.literal('variable'), edges: v.pipe(v.array(finite), v.minLength(2)), ...flow }),
]);
const histogram = v.object({
  axes: v.pipe(v.array(axis), v.minLength(1), v.maxLength(2)),
  storage: v.object({
    type: v.picklist(['int', 'double', 'weighted']),
    values: v.union([v.array(finite), v.array(v.array(finite))]),
  }),
});
type Axis = v.InferOutput<typeof axis>;

const PT_NAMES = ['pt', 'gen_pt'];
const ETA_NAMES = ['eta', 'abs_eta', 'abseta', '|eta|', 'gen_eta'];

/** Of several spectra: what is called so in general, in a report, in the result of `fold`. */
const NAMES = ['pt/gen', 'pt/true', 'pt/folded'];

/**
 * The file's histogram of pt, or of pt and eta, of gen jets where it says whose they are; of several the first of
 * {@link NAMES}.
 *
 * @throws InputError
 */
export async function readSpectrumHistogram(path: string): Promise<SpectrumHistogram> {
  const found = Object.entries(await readObject(path)).flatMap(([name, content]) => {
    const parsed = v.safeParse(histogram, content);
    const spectrum = parsed.success ? spectrumOf(name, parsed.output) : undefined;
    return spectrum ? [spectrum] : [];
  });
  const named = NAMES.flatMap((name) => found.filter((spectrum) => spectrum.name === name));
  const chosen = found.length === 1 ? found[0] : named[0];
  if (!chosen)
    throw new InputError(
      path,
      found.length === 0
        ? 'has no histogram of counts of gen jets (UHI JSON, schema 1) whose axes are pt, or pt and abs_eta'
        : `has ${found.length} spectra (${found.map(({ name }) => name).join(', ')}); leave one, or call one pt/gen`,
    );
  const { pt, eta, values } = chosen;
  const wrong = [pt, eta ?? []].some((edges) =>
    edges.some((edge, i) => !(edge > (edges[i - 1] ?? -Infinity))),
  );
  if (wrong || pt[0] < 0)
    throw new InputError(path, `${chosen.name}: edges must increase, those of pt from 0 on`);
  if (values.some((row) => row.some((value) => value < 0)))
    throw new InputError(path, `${chosen.name}: a bin is below 0; a spectrum has none`);
  return chosen;
}

async function readObject(path: string): Promise<Record<string, unknown>> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(path, `cannot be read (${error.code})`, { cause: error });
  });
  if (bytes.length > LARGEST_FILE)
    throw new InputError(path, `has ${bytes.length} bytes, too many for histograms`);
  try {
    const content: unknown = JSON.parse(bytes.toString());
    // Of one histogram by itself, and of many by name.
    if (v.is(histogram, content)) return { histogram: content };
    return v.parse(v.record(v.string(), v.unknown()), content);
  } catch (error) {
    throw new InputError(path, 'is no JSON of histograms (UHI schema 1)', { cause: error });
  }
}

/** Undefined where the axes are not those of a spectrum, or the values not as many as they say. */
function spectrumOf(
  name: string,
  { axes, storage }: v.InferOutput<typeof histogram>,
): SpectrumHistogram | undefined {
  const named = (names: readonly string[]) =>
    axes.findIndex((one) => names.includes(`${one.metadata?.name}`));
  const ptAt = named(PT_NAMES);
  const etaAt = named(ETA_NAMES);
  if (ptAt < 0 || (axes.length === 2 && etaAt < 0)) return undefined;
  if (axes.some(({ metadata }) => (metadata?.stage ?? 'gen') !== 'gen')) return undefined;
  const [first, second] = axes.map((one) => withFlow(one));
  const rows = storage.values.map((row) => (typeof row === 'number' ? [row] : row));
  const width = second ? second.bins : 1;
  if (rows.length !== first.bins || rows.some((row) => row.length !== width)) return undefined;
  const inner = rows
    .slice(first.under, first.under + first.edges.length - 1)
    .map((row) => (second ? row.slice(second.under, second.under + second.edges.length - 1) : row));
  const sum = (all: readonly (readonly number[])[]) => all.flat().reduce((total, value) => total + value, 0);
  const values = ptAt === 0 ? inner : inner[0].map((_, j) => inner.map((row) => row[j]));
  return {
    name,
    pt: ptAt === 0 ? first.edges : second.edges,
    ...(second && { eta: ptAt === 0 ? second.edges : first.edges }),
    values,
    beside: sum(rows) - sum(inner),
  };
}

/** Edges of an axis, how many bins are stored, and how many of them lie before the first edge. */
function withFlow(axis: Axis): { readonly edges: number[]; readonly bins: number; readonly under: number } {
  const edges =
    axis.type === 'variable'
      ? axis.edges
      : Array.from(
          { length: axis.bins + 1 },
          (_, i) => axis.lower + ((axis.upper - axis.lower) * i) / axis.bins,
        );
  const under = Number(axis.underflow);
  return { edges, bins: edges.length - 1 + under + Number(axis.overflow), under };
}
