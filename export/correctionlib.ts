/**
 * A model for correctionlib 2.9 (https://cms-nanoaod.github.io/correctionlib), whose files analyses of CMS read anyway.
 *
 * Of the paper's network, which is dense: four corrections, one a step, each an LWTNN node between formulas that do what
 * the graphs do around the network: the target's tau-quantile given the targets before it. tau is an input, or drawn by
 * correctionlib's HashPRNG from seed, event and jet; those are other random numbers than those of `jet-iqn sample`.
 *
 * Of any network: tables of the response (target pt over input pt) in bins of the input jet, pooled over given jets.
 */
import { rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { quantilesOf } from '../src/engines/engine.js';
import { openFastest } from '../src/engines/open.js';
import { UsageError } from '../src/errors.js';
import type { Bundle } from '../src/model/bundle.js';
import type { PaperSpec } from '../src/model/network-spec.js';
import { STEPS } from '../src/model/steps.js';
import { STAGES_OF_TASK, type Task } from '../src/model/tasks.js';
import { LEAST_EXCESS, type TargetTransform } from '../src/model/transforms.js';
import { quantileSorted } from '../src/stats/quantile.js';
import { paperInputs } from './head.js';
import { inputSlice, outputRows, parameter, stackInputs, type TrainedNetwork } from './trained-network.js';

/** A node of correctionlib's schema version 2, or a number. */
type Content = number | { readonly nodetype: string; readonly [field: string]: unknown };

interface CorrectionVariable {
  readonly name: string;
  readonly type: 'real' | 'int';
  readonly description?: string;
}

interface Correction {
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly inputs: readonly CorrectionVariable[];
  readonly output: CorrectionVariable;
  readonly data: Content;
}

interface CorrectionSet {
  readonly schema_version: 2;
  readonly description: string;
  readonly corrections: readonly Correction[];
}

/** Largest and smallest tau that HashPRNG may give a logit. */
const LEAST_TAU = 2 ** -24;
/** Levels at which a jet's pt enters the tables: (i + 1/2) / 64. */
const LEVELS_A_JET = 64;
/** Of a bin, below which it has no numbers of its own. */
const LEAST_JETS = 10;
const PT_EDGES = [
  ...[10, 15, 20, 30, 40, 60, 80, 100, 150, 200, 300, 400, 600, 800],
  ...[1000, 1500, 2000, 3000, 4000, 5000, 7000],
];
const ABS_ETA_EDGES = [0, 0.8, 1.3, 1.9, 2.5, 3, 3.2, 4.7];
const RHO_BINS = 4;

/**
 * All that there is of a model: the tables, if they are given, and where it can be written so, the network.
 *
 * @throws UsageError where there is neither.
 */
export function correctionSet(
  { card }: Bundle,
  trained: TrainedNetwork,
  tables: readonly Correction[] = [],
): CorrectionSet {
  const reason = whyNoNetwork(trained);
  if (reason !== undefined && tables.length === 0)
    throw new UsageError(
      `${card.name} cannot be written as a network for correctionlib: ${reason}; give --jets FILE for tables of its ` +
        'response, or train with --network paper and tau in one way',
    );
  return {
    schema_version: 2,
    description: `${card.description} Not for: ${card.notFor}`,
    corrections: [...(reason === undefined ? networkCorrections(trained, card.task) : []), ...tables],
  };
}

/** Writes a file, compressed where its name ends in .gz; one that is there is replaced when the new one is whole. */
export async function writeCorrections(path: string, set: CorrectionSet): Promise<void> {
  // Its reader wants a point in every number that is not a version.
  const marked = JSON.stringify(set, (key, value) =>
    Number.isInteger(value) && !key.endsWith('version') ? `#${value}` : value,
  );
  const text = `${marked.replace(/"#(-?\d+)"/g, '$1.0')}\n`;
  const temporary = join(dirname(path), `.${basename(path)}.tmp`);
  await writeFile(temporary, path.endsWith('.gz') ? gzipSync(text) : text);
  await rename(temporary, path);
}

/** Why a model has no {@link networkCorrections}, else undefined. */
function whyNoNetwork({ network, harmonics = [] }: TrainedNetwork): string | undefined {
  if (network.kind !== 'paper')
    return `its network is ${network.kind}, and correctionlib has dense ones only`;
  if (harmonics.length > 0) return 'it reads harmonics, which have no inputs of a correction';
  if (network.tauInput === 'both') return 'it reads tau in two ways, and a correction has one tau';
  return undefined;
}

/** The four steps with tau as an input, then with drawn tau. */
function networkCorrections(trained: TrainedNetwork, task: Task): Correction[] {
  const { input, target } = STAGES_OF_TASK[task];
  const ofInput = trained.inputs.map(({ column }, i) => (i < STEPS.length ? `${input}_${column}` : column));
  const ofTarget = STEPS.map((variable) => `${target}_${variable}`);
  const names = { ofInput, ofTarget };
  return [false, true].flatMap((isDrawn) =>
    STEPS.map((variable, step): Correction => {
      const before = [...ofInput, ...ofTarget.slice(0, step)].map(real);
      const own: CorrectionVariable[] = isDrawn
        ? [real('seed'), ...['run', 'luminosityBlock', 'event', 'jet'].map(whole)]
        : [{ ...real('tau'), description: 'quantile level, in (0, 1)' }];
      const tau = isDrawn ? 'seed' : 'tau';
      const content = stepContent(trained, step, names, tau);
      return {
        name: isDrawn ? `${ofTarget[step]}_drawn` : ofTarget[step]!,
        version: 1,
        description: isDrawn
          ? `${variable} drawn from its distribution given the inputs before it, by random numbers of seed and jet`
          : `tau-quantile of ${variable} given the inputs before it; GeV and radians`,
        inputs: [...before, ...own],
        output: real(ofTarget[step]!),
        data: isDrawn ? transform(tau, drawn(step), content) : content,
      };
    }),
  );
}

/** stdflat in [0, 1), another of each step: the sources are hashed in their order, with the event once more a step. */
function drawn(step: number): Content {
  const inputs = ['seed', 'run', 'luminosityBlock', 'event', 'jet', ...Array<string>(step).fill('event')];
  return { nodetype: 'hashprng', inputs, distribution: 'stdflat' };
}

interface Names {
  readonly ofInput: readonly string[];
  readonly ofTarget: readonly string[];
}

/** Known targets become differences first, while the jet's own variables are what they were; then these, then tau. */
function stepContent(
  trained: TrainedNetwork,
  step: number,
  { ofInput, ofTarget }: Names,
  tau: string,
): Content {
  const { inputs, targets } = trained;
  const rewrites: [string, Content][] = [];
  for (let j = 0; j < step; j++)
    rewrites.push([ofTarget[j]!, differenceFormula(targets[j]!, ofTarget[j]!, ofInput[j]!)]);
  inputs.forEach(({ transform: kind, offset }, i) => {
    if (kind === 'log') rewrites.push([ofInput[i]!, formula('log(x+[0])', [ofInput[i]!], [offset])]);
  });
  if (trained.network.tauInput === 'logit')
    rewrites.push([tau, formula('0.5*log(max(x,[0])/max(1-x,[0]))', [tau], [LEAST_TAU])]);
  const network = networkNode(trained, step, [...ofInput, ...ofTarget.slice(0, step)], tau);
  const value = rewrites.reduceRight((content, [name, rule]) => transform(name, rule, content), network);
  return transform(tau, value, physicalFormula(targets[step]!, ofInput[step]!, tau));
}

/** r of a known target y and the input jet's x: transforms.ts, targetValue. */
function differenceFormula(
  { transform: kind, offset, floor = 0 }: TargetTransform,
  y: string,
  x: string,
): Content {
  if (kind === 'difference') return formula('x-y', [y, x]);
  if (kind === 'wrapped-difference') return formula('atan2(sin(x-y),cos(x-y))', [y, x]);
  return floor === 0
    ? formula('log((x+[0])/(y+[0]))', [y, x], [offset])
    : formula('log((max(x-[1],[2])+[0])/(y+[0]))', [y, x], [offset, floor, LEAST_EXCESS]);
}

/** The physical value of r, which stands in tau's place: transforms.ts, physicalValue. */
function physicalFormula(
  { variable, transform: kind, offset, floor = 0 }: TargetTransform,
  x: string,
  r: string,
): Content {
  if (kind === 'difference') return formula('x+y', [x, r]);
  if (kind === 'wrapped-difference') return formula('atan2(sin(x+y),cos(x+y))', [x, r]);
  const ratio = '(x+[0])*exp(y)+[1]';
  return formula(variable === 'mass' ? `max(${ratio},0)` : ratio, [x, r], [offset, floor - offset]);
}

/** The network of one step: its one-hot input is a part of the first bias, targets that are not known are left out. */
function networkNode(trained: TrainedNetwork, step: number, names: readonly string[], tau: string): Content {
  const { network, weights, inputs, targets } = trained;
  const { depth, slope, tauInput } = network as PaperSpec;
  const [ofX, ofStep, ofKnown, ofTau] = paperInputs(
    network as PaperSpec,
    parameter(weights, 'dense0/kernel'),
  );
  const own = inputSlice(ofStep, step, 1).values;
  const layers = Array.from({ length: depth + 1 }, (_, layer) => {
    const kernel =
      layer === 0 ? stackInputs(ofX, inputSlice(ofKnown, 0, step), ofTau) : weights[`dense${layer}/kernel`]!;
    const bias = weights[`dense${layer}/bias`]!.values;
    return {
      architecture: 'dense',
      weights: Array.from(outputRows(kernel), float32),
      bias: Array.from(bias, (value, unit) => (layer === 0 ? value + own[unit]! : float32(value))),
      activation: layer < depth ? { function: 'leakyrelu', alpha: slope } : 'linear',
    };
  });
  const { mean, sd } = targets[step]!;
  const spreads = [...inputs, ...targets.slice(0, step)];
  return {
    nodetype: 'lwtnn',
    opaque: {
      inputs: [
        ...spreads.map((of, i) => ({ name: names[i], offset: -of.mean, scale: 1 / of.sd })),
        tauInput === 'affine' ? { name: tau, offset: -0.5, scale: 6 } : { name: tau, offset: 0, scale: 1 },
      ],
      layers,
      outputs: ['y'],
    },
    finalizer: formula('[0]+[1]*x', ['y'], [mean, sd]),
  };
}

/** As few digits as give the same float32 again. */
function float32(value: number): number {
  return Number(value.toPrecision(9));
}

function real(name: string): CorrectionVariable {
  return { name, type: 'real' };
}

function whole(name: string): CorrectionVariable {
  return { name, type: 'int' };
}

function transform(input: string, rule: Content, content: Content): Content {
  return { nodetype: 'transform', input, rule, content };
}

function formula(expression: string, variables: readonly string[], parameters?: readonly number[]): Content {
  return {
    nodetype: 'formula',
    expression,
    parser: 'TFormula',
    variables,
    ...(parameters && { parameters }),
  };
}

interface Tables {
  readonly corrections: readonly Correction[];
  /** Bins, and those of them with fewer than ten jets, whose numbers are those of the nearest bin. */
  readonly bins: number;
  readonly filled: number;
}

/**
 * Median response, resolution and tails in bins of eta, pt and, where the model reads it, rho.
 *
 * @param columns the model's inputs, each [jets]. @throws UsageError where too few of them are in the bins.
 */
export async function tableCorrections(bundle: Bundle, columns: readonly Float32Array[]): Promise<Tables> {
  const { card } = bundle;
  const { input, target } = STAGES_OF_TASK[card.task];
  const rho = columns[card.inputs.findIndex(({ column }) => column === 'rho')];
  const axes: Axis[] = [
    { name: 'JetEta', edges: etaEdges(card.range.eta), values: columns[1]! },
    { name: 'JetPt', edges: within(PT_EDGES, card.range.pt), values: columns[0]! },
    ...(rho ? [{ name: 'Rho', edges: quantileEdges(rho), values: rho }] : []),
  ];
  const shape = axes.map(({ edges }) => edges.length - 1);
  const responses = await responsesByBin(bundle, columns, axes, shape);
  const own = responses.map((all) => (all.length < LEAST_JETS * LEVELS_A_JET ? undefined : figures(all)));
  if (own.every((of) => of === undefined))
    throw new UsageError(`no bin of pt and eta has ${LEAST_JETS} jets; give more jets`);
  const all = own.map((of, bin) => of ?? nearest(own, bin, shape));
  const pooled = `${target} pt over ${input} pt, in bins of the ${input} jet`;
  const table = (name: string, description: string, of: (figures: Figures) => number): Correction => ({
    name: `${card.name}_${name}`,
    version: 1,
    description: `${description}: ${pooled}`,
    inputs: [real('JetEta'), real('JetPt'), { ...real('Rho'), ...(rho ? {} : { description: 'not used' }) }],
    output: real(name),
    data: {
      nodetype: 'multibinning',
      inputs: axes.map(({ name: axis }) => axis),
      edges: axes.map(({ edges }) => edges),
      content: all.map((figures) => Number(of(figures).toPrecision(6))),
      flow: 'clamp',
    },
  });
  return {
    corrections: [
      table('PtResponse', 'median response', ({ median }) => median),
      table(
        'PtResolution',
        'half of the central 68 % over the median',
        ({ median, low, high }) => (high - low) / 2 / median,
      ),
      table('PtTailLow', '2.5 % quantile over the median', ({ median, lowest }) => lowest / median),
      table('PtTailHigh', '97.5 % quantile over the median', ({ median, highest }) => highest / median),
    ],
    bins: all.length,
    filled: own.filter((of) => of === undefined).length,
  };
}

interface Axis {
  readonly name: string;
  readonly edges: readonly number[];
  /** [jets] */
  readonly values: Float32Array;
}

interface Figures {
  readonly lowest: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
  readonly highest: number;
}

/** Every jet's response at {@link LEVELS_A_JET} levels, which stand for its distribution, into the jet's bin. */
async function responsesByBin(
  bundle: Bundle,
  columns: readonly Float32Array[],
  axes: readonly Axis[],
  shape: readonly number[],
): Promise<number[][]> {
  const responses = Array.from({ length: shape.reduce((a, b) => a * b) }, (): number[] => []);
  const engine = await openFastest(bundle);
  const count = columns[0]!.length;
  for (let first = 0; first < count; first += 1024) {
    const here = Math.min(1024, count - first);
    const rows = here * LEVELS_A_JET;
    const jets = Float32Array.from(
      { length: here * columns.length },
      (_, at) => columns[at % columns.length]![first + Math.floor(at / columns.length)]!,
    );
    const { value } = await (await quantilesOf(engine, jets)).quantile(
      Uint32Array.from({ length: rows }, (_, row) => Math.floor(row / LEVELS_A_JET)),
      new Float32Array(3 * rows).fill(1),
      new Uint8Array(rows),
      Float32Array.from({ length: rows }, (_, row) => ((row % LEVELS_A_JET) + 0.5) / LEVELS_A_JET),
    );
    for (let jet = 0; jet < here; jet++) {
      const places = axes.map(({ edges, values }) => placeOf(edges, values[first + jet]!));
      if (places.includes(-1)) continue;
      const bin = places.reduce((at, place, axis) => at * shape[axis]! + place, 0);
      const pt = jets[jet * columns.length]!;
      for (let level = 0; level < LEVELS_A_JET; level++)
        responses[bin]!.push(value[jet * LEVELS_A_JET + level]! / pt);
    }
  }
  await engine.close();
  return responses;
}

function figures(responses: number[]): Figures {
  const sorted = Float64Array.from(responses).sort();
  const [lowest, low, median, high, highest] = [0.025, 0.16, 0.5, 0.84, 0.975].map((level) =>
    quantileSorted(sorted, level),
  ) as [number, number, number, number, number];
  return { lowest, low, median, high, highest };
}

/** Which bin, edges[i] <= value < edges[i + 1]; -1: none. */
function placeOf(edges: readonly number[], value: number): number {
  const above = edges.findIndex((edge) => value < edge);
  return above <= 0 ? -1 : above - 1;
}

/** The nearest bin that has numbers, counted in bins; of bins alike near the first. */
function nearest(bins: readonly (Figures | undefined)[], empty: number, shape: readonly number[]): Figures {
  const places = (bin: number) => {
    const place: number[] = [];
    for (const size of [...shape].reverse()) {
      place.unshift(bin % size);
      bin = Math.floor(bin / size);
    }
    return place;
  };
  const from = places(empty);
  let found: Figures | undefined;
  let least = Number.POSITIVE_INFINITY;
  bins.forEach((figures, bin) => {
    const distance = places(bin).reduce((sum, place, axis) => sum + Math.abs(place - from[axis]!), 0);
    if (figures === undefined || distance >= least) return;
    found = figures;
    least = distance;
  });
  return found!;
}

function within(edges: readonly number[], [least, most]: readonly [number, number]): number[] {
  const first = edges.findLastIndex((edge) => edge <= least);
  const last = edges.findIndex((edge) => edge >= most);
  return edges.slice(Math.max(first, 0), last === -1 ? undefined : last + 1);
}

function etaEdges([least, most]: readonly [number, number]): number[] {
  const edges = within(ABS_ETA_EDGES, [0, Math.max(-least, most)]);
  return [
    ...edges
      .slice(1)
      .reverse()
      .map((edge) => -edge),
    ...edges,
  ];
}

/** Edges of bins with as many jets each. */
function quantileEdges(values: Float32Array): number[] {
  const sorted = Float64Array.from(values).sort();
  const edges = Array.from({ length: RHO_BINS + 1 }, (_, i) =>
    Number(quantileSorted(sorted, i / RHO_BINS).toPrecision(4)),
  );
  // The largest value lies below the last edge, and no two edges are one.
  edges[RHO_BINS]! += 1;
  return edges.filter((edge, i) => i === 0 || edge > edges[i - 1]!);
}
