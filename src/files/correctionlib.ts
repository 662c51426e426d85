/**
 * A correction out of a file of correctionlib (schema 2), as far as tables of scale factors go: numbers,
 * binning, multibinning and category. What computes (formulas, transforms, hashes) is refused.
 *
 * A bin holds low ≤ value < high. What lies beside all bins is an error, the nearest bin (clamp), wrapped round (wrap),
 * or the content of `flow`, as the file says.
 */
import { bisectRight } from 'd3-array';
import * as v from 'valibot';
import { InputError } from '../errors.js';

/** A correction in plain data, checked. */
export interface Correction {
  /** The file as the user named it. */
  readonly file: string;
  readonly name: string;
  readonly inputs: readonly { readonly name: string; readonly type: string }[];
  readonly data: unknown;
}

/** The value at the inputs, in their order: numbers, and texts such as `up`. */
export type Evaluate = (at: readonly (number | string)[]) => number;

const SET = v.looseObject({
  schema_version: v.literal(2),
  corrections: v.array(
    v.looseObject({
      name: v.string(),
      inputs: v.array(v.looseObject({ name: v.string(), type: v.picklist(['real', 'int', 'string']) })),
    }),
  ),
});

/**
 * A correction of a file.
 *
 * @param path the file as the user named it. @param json what is in it.
 * @param name of the correction; not needed where the file has one.
 * @throws InputError where the file has no such correction, or one that computes.
 */
export function correctionOf(path: string, json: unknown, name: string | undefined): Correction {
  const found = v.safeParse(SET, json);
  if (!found.success) {
    const [issue] = found.issues;
    throw new InputError(
      path,
      `is no correctionlib file of schema 2 (${v.getDotPath(issue)}: ${issue.message})`,
    );
  }
  const { corrections } = found.output;
  const names = corrections.map((correction) => correction.name);
  const chosen = name ?? (names.length === 1 ? names[0] : undefined);
  const correction = corrections.find((each) => each.name === chosen);
  if (!correction)
    throw new InputError(
      path,
      `${name === undefined ? `has ${names.length} corrections` : `has no correction ${name}`}; name one behind a colon, FILE:NAME, of ${names.slice(0, 8).join(', ')}${names.length > 8 ? ' …' : ''}`,
    );
  const made = { file: path, name: correction.name, inputs: correction.inputs, data: correction.data };
  compileCorrection(made);
  return made;
}

const finite = v.pipe(v.number(), v.finite());
const limit = v.union([finite, v.picklist(['inf', '+inf', '-inf'])]);
const edges = v.union([
  v.pipe(v.array(limit), v.minLength(2)),
  v.object({ n: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e6)), low: finite, high: finite }),
]);
const content = v.array(v.unknown());
const flow = v.optional(v.unknown(), 'error');
const NODE = v.variant('nodetype', [
  v.looseObject({ nodetype: v.literal('binning'), input: v.string(), edges, content, flow }),
  v.looseObject({
    nodetype: v.literal('multibinning'),
    inputs: v.pipe(v.array(v.string()), v.minLength(1)),
    edges: v.array(edges),
    content,
    flow,
  }),
  v.looseObject({
    nodetype: v.literal('category'),
    input: v.string(),
    content: v.array(v.object({ key: v.union([v.string(), v.number()]), value: v.unknown() })),
    default: v.optional(v.unknown()),
  }),
]);
const KINDS = NODE.options.map(({ entries }) => entries.nodetype.literal);

/** One axis of a table: its bins by the value of an input. */
interface Axis {
  readonly input: string;
  readonly count: number;
  readonly value: (at: Parameters<Evaluate>[0]) => number;
  /** -1 below all bins, `count` above them. */
  bin(value: number): number;
  /** Into the bins, round and round. */
  wrapped(value: number): number;
}

/** A correction as a function. @throws InputError where it is damaged or computes. */
export function compileCorrection({ file, name, inputs, data }: Correction): Evaluate {
  const fault = (problem: string) => new InputError(file, `${name} ${problem}`);
  return compile(data);

  function compile(node: unknown): Evaluate {
    if (typeof node === 'number') return () => node;
    const kind = (node as { readonly nodetype?: unknown } | null)?.nodetype;
    if (!KINDS.some((known) => known === kind))
      throw fault(
        `has a node of kind ${String(kind)}; read are tables (${KINDS.join(', ')}): evaluate it with correctionlib, and give numbers`,
      );
    const found = v.safeParse(NODE, node);
    if (!found.success) {
      const [issue] = found.issues;
      throw fault(`is damaged (${v.getDotPath(issue)}: ${issue.message})`);
    }
    const { output } = found;
    if (output.nodetype === 'category') return categories(output);
    return output.nodetype === 'binning'
      ? table([axisOf(output.input, output.edges)], output)
      : table(
          output.inputs.map((input, i) => axisOf(input, output.edges[i])),
          output,
        );
  }

  function categories(node: v.InferOutput<(typeof NODE.options)[2]>): Evaluate {
    const value = argumentOf(node.input);
    const values = new Map(node.content.map((each) => [each.key, compile(each.value)]));
    const other = node.default === undefined || node.default === null ? undefined : compile(node.default);
    return (at) => {
      const found = values.get(value(at)) ?? other;
      if (!found) throw fault(`has no ${node.input} ${value(at)}; give a number instead`);
      return found(at);
    };
  }

  /** Contents in order of the axes, the last one fastest. */
  function table(
    axes: readonly Axis[],
    { content, flow }: { readonly content: readonly unknown[]; readonly flow: unknown },
  ): Evaluate {
    const values = content.map(compile);
    const bins = axes.reduce((product, { count }) => product * count, 1);
    if (values.length !== bins) throw fault(`is damaged (${values.length} values for ${bins} bins)`);
    const beside = typeof flow === 'string' ? undefined : compile(flow);
    if (!beside && !['error', 'clamp', 'wrap'].includes(String(flow)))
      throw fault(`is damaged (flow: ${flow})`);
    return (at) => {
      let index = 0;
      for (const axis of axes) {
        const value = flow === 'wrap' ? axis.wrapped(axis.value(at)) : axis.value(at);
        let bin = axis.bin(value);
        if (bin < 0 || bin >= axis.count) {
          if (beside) return beside(at);
          if (flow !== 'clamp')
            throw fault(`has no value at ${axis.input} ${value}; leave such jets out, or give a number`);
          bin = bin < 0 ? 0 : axis.count - 1;
        }
        index = index * axis.count + bin;
      }
      return values[index]!(at);
    };
  }

  function axisOf(input: string, given: v.InferOutput<typeof edges> | undefined): Axis {
    if (given === undefined) throw fault(`is damaged (no edges for ${input})`);
    const value = argumentOf(input);
    const limits = Array.isArray(given)
      ? given.map((each) => (typeof each === 'number' ? each : Number(each.replace('inf', 'Infinity'))))
      : [given.low, given.high];
    if (limits.some((edge, i) => i > 0 && !(edge > limits[i - 1]!)))
      throw fault(`is damaged (edges of ${input} do not increase)`);
    const [low, high] = [limits[0]!, limits.at(-1)!];
    const count = Array.isArray(given) ? limits.length - 1 : given.n;
    return {
      input,
      count,
      value: (at) => Number(value(at)),
      bin(own) {
        if (Array.isArray(given)) return bisectRight(limits, own) - 1;
        return own < low ? -1 : own >= high ? count : Math.floor((count * (own - low)) / (high - low));
      },
      wrapped(own) {
        const width = high - low;
        return low + ((((own - low) % width) + width) % width);
      },
    };
  }

  function argumentOf(input: string): (at: Parameters<Evaluate>[0]) => number | string {
    const place = inputs.findIndex((each) => each.name === input);
    if (place < 0) throw fault(`reads ${input}, which is no input of it`);
    return (at) => at[place]!;
  }
}
