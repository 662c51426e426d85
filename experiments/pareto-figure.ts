/**
 * Speed against fidelity: further right is faster, further down is better. Above, by how much a classifier beats
 * guessing; below, the largest closure. Colours are networks, symbols engines.
 */
import type { GroupMark, Mark } from 'vega';
import type { Task } from '../src/model/tasks.js';
import type { Figure } from '../src/report/figure.js';
import { grouped } from '../src/report/labels.js';
import { COLOURS, textMark } from '../src/report/marks.js';
import { type PanelAxis, panel, titleOffset } from '../src/report/panel.js';
import { linearTicks, logTicks } from '../src/report/ticks.js';

/** One bundle by one engine: a row of records/pareto.csv. */
export interface ParetoPoint {
  readonly task: Task;
  /** The bundle's folder; of a flow its library. */
  readonly bundle: string;
  /** In a few words: amortised 3 × 24. */
  readonly network: string;
  readonly engine: 'ort' | 'wasm' | 'native' | 'torch' | 'zuko';
  readonly multiplications: number;
  /** Jets of the study on the card. */
  readonly jets: number;
  /** Of a classifier that tells the model's jets from true ones: 0.5 is perfect. */
  readonly auc: number;
  readonly aucError: number;
  /** The largest of the four closures' distances (Kolmogorov, Smirnov). */
  readonly closureKs: number;
  /** Predictions a second on one core. */
  readonly perSecond: number;
  readonly spread: number;
}

const WIDTH = 560;
const HEIGHTS = [260, 180] as const;
const GAP = 14;
/** Okabe and Ito's colours, in an order in which neighbours differ in lightness too. */
const PALETTE = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#000000'];
/** Paths in a square of side 2, as Vega has them. */
const SHAPES = {
  ort: 'circle',
  wasm: 'square',
  native: 'triangle-up',
  torch: 'cross',
  zuko: 'diamond',
} as const satisfies Record<ParetoPoint['engine'], string>;
const ENGINE_WORDS = {
  ort: 'ONNX Runtime',
  wasm: 'WebAssembly',
  native: 'native',
  torch: 'torch, only predictions',
  zuko: 'zuko, only predictions',
} as const satisfies Record<ParetoPoint['engine'], string>;

/** @param points of one task, one at least. */
export function paretoFigure(points: readonly ParetoPoint[]): Figure {
  const networks = [...new Set(points.map(({ network }) => network))];
  const engines = (Object.keys(SHAPES) as ParetoPoint['engine'][]).filter((engine) =>
    points.some((point) => point.engine === engine),
  );
  const speeds = points.map(({ perSecond }) => perSecond / 1e6);
  const [slowest, fastest] = [Math.min(...speeds) / 1.6, Math.max(...speeds) * 1.6];
  const x = (title?: string): PanelAxis => ({
    domain: [slowest, fastest],
    log: true,
    ticks: logTicks(slowest, fastest),
    ...(title !== undefined && { title }),
  });
  const excess = fromZero(
    points.map(({ auc, aucError }) => auc - 0.5 + aucError),
    'classifier’s AUC − 0.5',
  );
  const closure = fromZero(
    points.map(({ closureKs }) => closureKs),
    'largest closure KS',
  );
  const colourOf = ({ network }: ParetoPoint) => PALETTE[networks.indexOf(network) % PALETTE.length]!;
  const offset = titleOffset(excess, closure);
  const [{ task, jets }] = points as [ParetoPoint, ...ParetoPoint[]];
  return {
    width: WIDTH,
    margin: { left: Math.ceil(offset) + 14 },
    height: HEIGHTS[0] + GAP + HEIGHTS[1],
    heading: [task, `${grouped(jets)} jets, one core`],
    description: descriptionOf(points),
    panels: [
      panel({
        top: 0,
        width: WIDTH,
        height: HEIGHTS[0],
        x: x(),
        y: excess,
        titleOffset: offset,
        marks: [
          ...points.map((point) => pointMarks(point, colourOf(point), point.auc - 0.5, point.aucError)),
          ...keys(networks, engines),
        ],
      }),
      panel({
        top: HEIGHTS[0] + GAP,
        width: WIDTH,
        height: HEIGHTS[1],
        x: x('10^{6} predictions/s'),
        y: closure,
        titleOffset: offset,
        marks: points.map((point) => pointMarks(point, colourOf(point), point.closureKs, 0)),
      }),
    ],
  };
}

/** From zero to some way above the largest, where the keys stand. */
function fromZero(values: readonly number[], title: string): PanelAxis {
  const most = 1.35 * Math.max(...values, 1e-3);
  return { domain: [0, most], log: false, ticks: linearTicks(0, most, 5), title };
}

function pointMarks({ perSecond, engine }: ParetoPoint, colour: string, y: number, error: number): GroupMark {
  const place = { x: { scale: 'x', value: perSecond / 1e6 } };
  const bar: Mark = {
    type: 'rule',
    encode: {
      enter: {
        ...place,
        x2: place.x,
        y: { scale: 'y', value: Math.max(0, y - error) },
        y2: { scale: 'y', value: y + error },
        stroke: { value: colour },
        strokeWidth: { value: 1.2 },
      },
    },
  };
  return {
    type: 'group',
    interactive: false,
    marks: [...(error > 0 ? [bar] : []), symbol(engine, colour, { ...place, y: { scale: 'y', value: y } })],
  };
}

function symbol(
  engine: ParetoPoint['engine'],
  colour: string,
  place: NonNullable<NonNullable<Mark['encode']>['enter']>,
): Mark {
  const enter = {
    ...place,
    shape: { value: SHAPES[engine] },
    size: { value: 95 },
    fill: { value: colour },
  };
  return { type: 'symbol', interactive: false, aria: false, encode: { enter } };
}

/** Networks in their colours on the left, engines with their symbols on the right. */
function keys(networks: readonly string[], engines: readonly ParetoPoint['engine'][]): Mark[] {
  return [
    ...networks.map((network, i) =>
      textMark(network, {
        x: { value: 16 },
        y: { value: 26 + 21 * i },
        fill: { value: PALETTE[i % PALETTE.length]! },
      }),
    ),
    ...engines.flatMap((engine, i) => [
      symbol(engine, COLOURS.guide, { x: { value: WIDTH - 18 }, y: { value: 21 + 21 * i } }),
      textMark(ENGINE_WORDS[engine], {
        x: { value: WIDTH - 32 },
        y: { value: 26 + 21 * i },
        align: { value: 'right' },
      }),
    ]),
  ];
}

function descriptionOf(points: readonly ParetoPoint[]): string {
  const each = points.map(
    ({ network, engine, perSecond, auc, closureKs }) =>
      `${network} by ${ENGINE_WORDS[engine]}: ${(perSecond / 1e6).toPrecision(2)} million predictions a second, ` +
      `AUC ${auc.toFixed(3)}, closure KS ${closureKs.toFixed(3)}`,
  );
  return `Speed on one core against fidelity. ${each.join('; ')}.`;
}
