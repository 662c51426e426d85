/** A uPlot chart in a figure of the page: as wide as its place, redrawn in the colours of the scheme in force. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { onPaletteChange, palette } from '../palette.js';

export interface PlotOptions {
  /** CSS pixels. */
  readonly height: number;
  readonly options: Omit<uPlot.Options, 'width' | 'height'>;
  readonly data: uPlot.AlignedData;
}

export interface Plot {
  readonly plot: uPlot;
  /** New data and, where given, new ends of the axes. */
  update(data: uPlot.AlignedData): void;
}

export const FONT = '12px system-ui, sans-serif';

/** @param place an empty element; the chart follows its width. */
export function mountPlot(place: HTMLElement, { height, options, data }: PlotOptions): Plot {
  const width = () => Math.max(120, Math.floor(place.clientWidth));
  const plot = new uPlot(
    {
      cursor: { show: false },
      legend: { show: false },
      ...options,
      width: width(),
      height,
    },
    data,
    place,
  );
  new ResizeObserver(() => {
    if (place.clientWidth > 0 && width() !== plot.width) plot.setSize({ width: width(), height });
  }).observe(place);
  onPaletteChange(() => plot.redraw(false, true));
  return { plot, update: (next) => plot.setData(next) };
}

/** An axis in the page's ink, with few ticks. */
export function axis(more: Partial<uPlot.Axis> = {}): uPlot.Axis {
  return {
    font: FONT,
    stroke: () => palette().faint,
    grid: { stroke: () => palette().grid, width: 1 },
    ticks: { stroke: () => palette().grid, width: 1, size: 4 },
    gap: 4,
    ...more,
  };
}
