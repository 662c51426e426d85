/**
 * Scale and resolution in one range of the input jets: median and width of the response in bins of pt or |eta|, true jets
 * beside one model or several, and below each the ratio.
 */
import type { GroupMark, Mark } from 'vega';
import { UNITS, type Variable } from '../../jets/columns.js';
import { STAGES_OF_TASK, type Task } from '../../model/tasks.js';
import type {
  ResponseCurve,
  ResponseCurves,
  ResponseFigure,
  ResponseRange,
} from '../../studies/joint/response.js';
import { hasJoint } from '../../studies/summarise.js';
import type { Figure } from '../figure.js';
import { grouped, SYMBOLS, sliceName } from '../labels.js';
import {
  bandLayer,
  beyondLayer,
  group,
  guideLayer,
  type LegendEntry,
  legendRow,
  pointsLayer,
  stepLayer,
  textMark,
} from '../marks.js';
import { linearAxis, logAxis, type PanelAxis, panel, panelRoom, titleOffset } from '../panel.js';
import type { DrawnModel } from './spectrum.js';

/** Four ranges fit side by side. */
const WIDTH = 272;
const [HEIGHT, RATIO_HEIGHT] = [116, 52];
const [GAP, BETWEEN] = [5, 12];
/** Half heights of the ratio panels to choose from: a tick lies above and below 1. */
const RATIO_HALVES = [0.03, 0.07, 0.15, 0.3, 0.7];
/** Of a panel's height, for its title. */
const TITLE_ROOM = 0.24;
const DASH = [4, 3] as const;

/** A model with its response in all ranges. */
interface DrawnResponse extends DrawnModel {
  readonly response: readonly ResponseRange[];
}

/** What a panel shows: one figure of a response, or width and core together. */
interface PanelContent {
  readonly variable: Variable;
  readonly figures: readonly ResponseFigure[];
}

const WIDTHS: readonly ResponseFigure[] = ['width', 'core'];
/** Panels that share a figure, by what the figure is called. */
export const RESPONSE_PANELS: Readonly<Record<'pt' | 'mass' | 'angles', readonly PanelContent[]>> = {
  pt: [
    { variable: 'pt', figures: ['median'] },
    { variable: 'pt', figures: WIDTHS },
  ],
  mass: [
    { variable: 'mass', figures: ['median'] },
    { variable: 'mass', figures: WIDTHS },
  ],
  angles: [
    { variable: 'eta', figures: WIDTHS },
    { variable: 'phi', figures: WIDTHS },
  ],
};
export type ResponseKind = keyof typeof RESPONSE_PANELS;

/**
 * Every range that has bins, by file name: `response-pt-against-pt-1` …
 *
 * @param models at least one, of the same jets; where one has no joint tests there are no figures.
 */
export function responseFigures(
  models: readonly DrawnModel[],
): Record<string, { figure: Figure; range: ResponseRange; kind: ResponseKind }> {
  const drawn = models.flatMap((model): DrawnResponse[] =>
    hasJoint(model.report) ? [{ ...model, response: model.report.joint.response }] : [],
  );
  if (drawn.length < models.length) return {};
  const [{ response: ranges, report }] = drawn;
  const found: ReturnType<typeof responseFigures> = {};
  for (const kind of ['pt', 'mass', 'angles'] as const)
    for (const along of ['pt', '|eta|'] as const) {
      const row = ranges.flatMap((range, i) => (range.along === along && range.edges.length > 0 ? [i] : []));
      row.forEach((i, place) => {
        const name = `response-${kind}-against-${along === 'pt' ? 'pt' : 'eta'}-${place + 1}`;
        found[name] = { figure: responseFigure(report.task, drawn, kind, i, row), range: ranges[i], kind };
      });
    }
  return found;
}

/** @param i which range. @param row all of those that share axes with it. */
function responseFigure(
  task: Task,
  models: readonly DrawnResponse[],
  kind: ResponseKind,
  i: number,
  row: readonly number[],
): Figure {
  const contents = RESPONSE_PANELS[kind];
  const range = models[0].response[i];
  const axes = contents.map((content) => ({
    figure: figureAxis(content, models, row),
    ratio: ratioAxis(content, models, row),
  }));
  const all = axes.flatMap(({ figure, ratio }) => [figure, ratio]);
  const { left, width } = panelRoom(WIDTH, ...all);
  const x = xAxis(task, models[0].response, row);
  const common = { width, titleOffset: titleOffset(...all) };
  const step = HEIGHT + GAP + RATIO_HEIGHT + BETWEEN;
  const panels = contents.flatMap((content, place): GroupMark[] => {
    const { figure, ratio } = axes[place];
    const last = place === contents.length - 1;
    const curves = models.map(({ colour, response }) => ({
      colour,
      own: response[i].variables[content.variable],
    }));
    const top = place * step;
    return [
      panel({
        ...common,
        top,
        height: HEIGHT,
        x: untitled(x),
        y: figure,
        marks: [
          ...content.figures.flatMap((name) => figureMarks(range, curves, name, figure)),
          textMark(quantity(task, content.variable), { x: 10, y: 18 }),
          ...(content.figures.length > 1 ? [legendRow([CORE_KEY], width - 60, 13)] : []),
        ],
      }),
      panel({
        ...common,
        top: top + HEIGHT + GAP,
        height: RATIO_HEIGHT,
        x: last ? x : untitled(x),
        y: ratio,
        marks: [
          guideLayer(1, width),
          ...content.figures.flatMap((name) => ratioMarks(range, curves, name, ratio)),
        ],
      }),
    ];
  });
  const names: LegendEntry[] = [
    { points: true, text: 'true' },
    ...models.map(({ name, colour }) => ({ line: colour, band: colour, text: name })),
  ];
  return {
    width,
    height: contents.length * step - BETWEEN,
    margin: { left, top: 46 },
    heading: [sliceName(range), `${grouped(range.jets)} jets`],
    description: `Median and width of the response of ${contents.map(({ variable }) => variable).join(' and ')} against ${range.along} of the input jet, true and predicted, and their ratio.`,
    panels: [...panels, group([legendRow(names, 2 - left, -13)])],
  };
}

const CORE_KEY: LegendEntry = { line: '#000', dash: DASH, text: 'core' };

/** `reco / gen *p*_{T}`, `reco − gen *φ* [rad]`. */
function quantity(task: Task, variable: Variable): string {
  const { input, target } = STAGES_OF_TASK[task];
  const unit = UNITS[variable];
  // As the model has it: a massless jet has a response, too.
  if (variable === 'mass') return `${target} / ${input} (${SYMBOLS.mass} + 0.7)`;
  if (unit === 'GeV') return `${target} / ${input} ${SYMBOLS[variable]}`;
  return `${target} − ${input} ${SYMBOLS[variable]}${unit && ` [${unit}]`}`;
}

/** Labels stand below the lowest panel only. */
function untitled({ title, ...axis }: PanelAxis): PanelAxis {
  return axis;
}

function xAxis(task: Task, ranges: readonly ResponseRange[], row: readonly number[]): PanelAxis {
  const edges = row.flatMap((i) => ranges[i].edges);
  const domain = [Math.min(...edges), Math.max(...edges)] as const;
  const { input } = STAGES_OF_TASK[task];
  if (ranges[row[0]].along === '|eta|') return linearAxis(domain, 5, `${input} |${SYMBOLS.eta}|`);
  const axis = logAxis(domain, `${input} ${SYMBOLS.pt} [GeV]`);
  // In so narrow a panel only powers of ten have room, where there are two or more.
  const powers = axis.ticks.labelled.filter(({ value }) => Number.isInteger(Math.log10(value)));
  return powers.length < 2 ? axis : { ...axis, ticks: { ...axis.ticks, labelled: powers } };
}

function curvesOf(
  { variable, figures }: PanelContent,
  models: readonly DrawnResponse[],
  row: readonly number[],
) {
  return models.flatMap(({ response }) =>
    row.flatMap((i) => figures.map((figure): ResponseCurve => response[i].variables[variable][figure])),
  );
}

/** Shows every value of the row, so that its figures can be compared; widths from zero. */
function figureAxis(content: PanelContent, models: readonly DrawnResponse[], row: readonly number[]) {
  const values = curvesOf(content, models, row).flatMap(({ truth, error, predicted }) =>
    truth.flatMap((value, bin) => [value - error[bin], value + error[bin], predicted[bin]]),
  );
  const isWidth = content.figures.includes('width');
  const [low, high] = [isWidth ? 0 : Math.min(...values), Math.max(...values)];
  const room = 0.08 * (high - low) || 0.1;
  const top = (high + room - TITLE_ROOM * low) / (1 - TITLE_ROOM);
  return linearAxis([isWidth ? 0 : low - room, top], 4, isWidth ? 'Width' : 'Median');
}

/** The smallest of the heights that shows every solid line and its band; a core beyond is marked. */
function ratioAxis(
  { variable, figures: [solid] }: PanelContent,
  models: readonly DrawnResponse[],
  row: readonly number[],
) {
  const wanted = Math.max(
    0,
    ...curvesOf({ variable, figures: [solid] }, models, row).flatMap(({ truth, predicted, q16, q84 }) =>
      truth.flatMap((value, bin) =>
        value > 0 ? [predicted, q16, q84].map((own) => Math.abs(own[bin] / value - 1)) : [],
      ),
    ),
  );
  const half = RATIO_HALVES.find((height) => height >= 1.05 * wanted) ?? RATIO_HALVES.at(-1)!;
  return linearAxis([1 - half, 1 + half], 3, 'Ratio');
}

interface ColouredCurves {
  readonly colour: string;
  readonly own: ResponseCurves;
}

function figureMarks(
  { edges, along }: ResponseRange,
  curves: readonly ColouredCurves[],
  figure: ResponseFigure,
  axis: PanelAxis,
): Mark[] {
  const inside = clamped(axis);
  const dashed = figure === 'core';
  const { truth, error } = curves[0].own[figure];
  return [
    ...curves.flatMap(({ colour, own: { [figure]: own } }) => [
      bandLayer(
        truth.map((_, bin) => ({
          from: edges[bin],
          to: edges[bin + 1],
          low: inside(own.q16[bin]),
          high: inside(own.q84[bin]),
        })),
        colour,
      ),
      stepLayer(edges, own.predicted.map(inside), colour, dashed ? DASH : []),
    ]),
    pointsLayer(
      truth.map((value, bin) => ({
        x: centre(edges, bin, along === 'pt'),
        y: inside(value),
        low: inside(value - error[bin]),
        high: inside(value + error[bin]),
      })),
      dashed ? '#fff' : undefined,
    ),
  ];
}

/** Of several models or of the core lines only: bands over each other would hide what they are about. */
function ratioMarks(
  { edges, along }: ResponseRange,
  curves: readonly ColouredCurves[],
  figure: ResponseFigure,
  axis: PanelAxis,
): Mark[] {
  const inside = clamped(axis);
  const dashed = figure === 'core';
  const { truth, error } = curves[0].own[figure];
  const bins = truth.flatMap((value, bin) => (value > 0 ? [bin] : []));
  return [
    ...curves.flatMap(({ colour, own: { [figure]: own } }) => [
      ...(dashed
        ? []
        : [
            bandLayer(
              bins.map((bin) => ({
                from: edges[bin],
                to: edges[bin + 1],
                low: inside(own.q16[bin] / truth[bin]),
                high: inside(own.q84[bin] / truth[bin]),
              })),
              colour,
            ),
          ]),
      stepLayer(
        edges,
        truth.map((value, bin) => (value > 0 ? inside(own.predicted[bin] / value) : null)),
        colour,
        dashed ? DASH : [],
      ),
      beyondLayer(
        bins.flatMap((bin) => {
          const value = own.predicted[bin] / truth[bin];
          const y = inside(value);
          const shape = value > y ? 'triangle-up' : 'triangle-down';
          return y === value ? [] : [{ x: centre(edges, bin, along === 'pt'), y, shape }];
        }),
        colour,
        dashed ? '#fff' : colour,
      ),
    ]),
    ...(dashed
      ? []
      : [
          pointsLayer(
            bins.map((bin) => ({
              x: centre(edges, bin, along === 'pt'),
              y: 1,
              low: inside(1 - error[bin] / truth[bin]),
              high: inside(1 + error[bin] / truth[bin]),
            })),
          ),
        ]),
  ];
}

function clamped({ domain: [low, high] }: PanelAxis): (value: number) => number {
  return (value) => Math.min(high, Math.max(low, value));
}

function centre(edges: readonly number[], bin: number, log: boolean): number {
  const [from, to] = [edges[bin], edges[bin + 1]];
  return log ? Math.sqrt(from * to) : (from + to) / 2;
}
