/** A panel of a report's figure, live: axes as the report has them, drawn by uPlot, and what lies on them. */
import type uPlot from 'uplot';
import type { PanelAxis } from '../../src/report/panel.js';
import { axis, mountPlot } from './plot.js';

export interface PanelChart {
  update(x: PanelAxis, y: PanelAxis, draw: (u: uPlot) => void): void;
}

export interface PanelOptions {
  /** CSS pixels. */
  readonly height: number;
  /** Whether the x axis has labels: not where another panel stands below. */
  readonly labels: boolean;
}

/** CSS pixels left of the frame, alike in panels above each other. */
const Y_AXIS = 52;
const X_AXIS = 28;

export function panelChart(place: HTMLElement, { height, labels }: PanelOptions): PanelChart {
  let shown: { x: PanelAxis; y: PanelAxis; draw: (u: uPlot) => void } | undefined;
  let plot: uPlot | undefined;
  const scale = (of: 'x' | 'y', log: boolean): uPlot.Scale => ({
    time: false,
    auto: false,
    distr: log ? 3 : 1,
    range: () => (shown ? [...shown[of].domain] : [1, 10]),
  });
  const ticks = (of: 'x' | 'y') => ({
    splits: () => (shown ? shown[of].ticks.labelled.map(({ value }) => value) : []),
    values: () => (shown ? shown[of].ticks.labelled.map(({ label }) => plainLabel(label)) : []),
    filter: (_: uPlot, splits: number[]) => splits,
  });
  const make = (x: PanelAxis, y: PanelAxis) =>
    mountPlot(place, {
      height,
      data: [[...x.domain], [...y.domain]],
      options: {
        padding: [12, 12, labels ? 0 : 4, 0],
        scales: { x: scale('x', x.log), y: scale('y', y.log) },
        axes: [
          axis({
            ...ticks('x'),
            size: labels ? X_AXIS : 0,
            ...(labels ? {} : { values: (_, splits) => splits.map(() => '') }),
          }),
          axis({ ...ticks('y'), size: Y_AXIS }),
        ],
        series: [{}, { paths: () => null, points: { show: false } }],
        hooks: { draw: [(u) => shown?.draw(u)] },
      },
    }).plot;
  return {
    update(x, y, draw) {
      const kind = shown && shown.x.log === x.log && shown.y.log === y.log;
      shown = { x, y, draw };
      if (!kind) {
        plot?.destroy();
        plot = make(x, y);
        return;
      }
      plot!.batch(() => {
        plot!.setScale('x', { min: x.domain[0], max: x.domain[1] });
        plot!.setScale('y', { min: y.domain[0], max: y.domain[1] });
      });
    },
  };
}

/** `10^{3}` as 10³. */
export function plainLabel(label: string): string {
  return label.replace(/\^\{([^}]*)\}/g, (_, digits: string) =>
    [...digits].map((digit) => SUPERSCRIPTS[digit] ?? digit).join(''),
  );
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...'⁰¹²³⁴⁵⁶⁷⁸⁹'].map((superscript, digit) => [digit, superscript])),
  '\u2212': '⁻',
};
