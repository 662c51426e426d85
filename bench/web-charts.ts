/**
 * Libraries of charts in a real browser: the four distributions of the page's one jet, 60 bins and a curve of 121 points
 * each, drawn anew with other data. Pixels are read back, so that what is drawn is drawn.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser } from '../test/browser/open-browser.js';
import { PROJECT_ROOT } from '../test/project-root.js';
import { serveFolders } from '../test/web-library/serve-folders.js';
import type { Bench, Contestant } from './harness.js';

interface Turn {
  readonly seconds: number;
  /** Share of the last chart's pixels that have a colour. */
  readonly inked: number;
}

const UPDATES = 60;

const PAGE = `<!doctype html><title>charts</title>
<script src="/uplot/dist/uPlot.iife.min.js"></script><script src="/vega/build/vega.min.js"></script>
<body><script type="module">
const [WIDTH, HEIGHT, BINS, POINTS] = [310, 190, 60, 121];
const gauss = (x, middle) => Math.exp(-0.5 * (x - middle) ** 2);
const data = (middle) => ({
  curve: Array.from({ length: POINTS }, (_, i) => -4 + (8 * i) / (POINTS - 1)).map((x) => ({ x, y: gauss(x, middle) })),
  bins: Array.from({ length: BINS }, (_, i) => -4 + (8 * i) / BINS).map((x) => ({ x, y: gauss(x, middle) })),
});
const place = () => document.body.appendChild(document.createElement('div'));

function uplotChart() {
  let bins = [];
  const plot = new uPlot({
    width: WIDTH, height: HEIGHT, cursor: { show: false }, legend: { show: false },
    scales: { x: { time: false, range: [-4, 4] }, y: { range: [0, 1.1] } },
    axes: [{ size: 30 }, { show: false }],
    series: [{}, { stroke: '#0072b2', width: 2, points: { show: false } }],
    hooks: { drawClear: [(u) => {
      const floor = u.valToPos(0, 'y', true);
      u.ctx.fillStyle = '#0072b24d';
      for (const { x, y } of bins) {
        const left = u.valToPos(x, 'x', true), top = u.valToPos(y, 'y', true);
        u.ctx.fillRect(left, top, u.valToPos(x + 8 / BINS, 'x', true) - left, floor - top);
      }
    }] },
  }, [[0], [0]], place());
  return async (next) => {
    bins = next.bins;
    plot.setData([next.curve.map(({ x }) => x), next.curve.map(({ y }) => y)]);
    await undefined;
    return plot.ctx;
  };
}

function vegaChart() {
  const x = { scale: 'x', field: 'x' }, y = { scale: 'y', field: 'y' };
  const view = new vega.View(vega.parse({
    width: WIDTH - 20, height: HEIGHT - 40, padding: 5,
    data: [{ name: 'curve' }, { name: 'bins' }],
    scales: [
      { name: 'x', range: 'width', domain: [-4, 4] }, { name: 'y', range: 'height', domain: [0, 1.1] },
    ],
    axes: [{ orient: 'bottom', scale: 'x', grid: true }],
    marks: [
      { type: 'rect', from: { data: 'bins' }, encode: { update: {
        x, x2: { scale: 'x', signal: 'datum.x + ' + 8 / BINS }, y, y2: { scale: 'y', value: 0 },
        fill: { value: '#0072b2' }, fillOpacity: { value: 0.3 },
      } } },
      { type: 'line', from: { data: 'curve' }, encode: { update: { x, y, stroke: { value: '#0072b2' }, strokeWidth: { value: 2 } } } },
    ],
  })).renderer('canvas').initialize(place());
  const canvas = () => view.container().querySelector('canvas').getContext('2d');
  return async (next) => {
    await view.data('curve', next.curve).data('bins', next.bins).runAsync();
    return canvas();
  };
}

globalThis.openCharts = (library) => {
  const charts = Array.from({ length: 4 }, library === 'uPlot' ? uplotChart : vegaChart);
  let step = 0;
  return async (updates) => {
    const start = performance.now();
    let context;
    for (let i = 0; i < updates; i++, step++)
      for (const chart of charts) {
        context = await chart(data(Math.sin(step / 10)));
        context.getImageData(0, 0, 1, 1);
      }
    const seconds = (performance.now() - start) / 1000;
    const { data: pixels } = context.getImageData(0, 0, context.canvas.width, context.canvas.height);
    const inked = pixels.filter((value, i) => i % 4 === 3 && value > 0).length / (pixels.length / 4);
    return { seconds, inked };
  };
};
</script>`;

declare global {
  /** Of the page alone. */
  var openCharts: (library: string) => (updates: number) => Promise<Turn>;
}

export const bench: Bench = {
  name: 'web-charts',
  title: 'Redrawing the four distributions of one jet in Chromium, by library of charts',
  unit: 'updates',
  reference: 'uPlot',
  async prepare({ quick }) {
    const updates = quick ? 10 : UPDATES;
    const folder = mkdtempSync(join(tmpdir(), 'jet-iqn-charts-'));
    writeFileSync(join(folder, 'index.html'), PAGE);
    const modules = (name: string) => join(PROJECT_ROOT, 'node_modules', name);
    const served = await serveFolders({ '': folder, uplot: modules('uplot'), vega: modules('vega') }, {});
    const browser = await openBrowser();
    const page = await browser.newPage({ locale: 'en-GB' });
    await page.goto(served.url);
    return {
      contestants: [await drawn(page, 'uPlot', updates), await drawn(page, 'Vega', updates)],
      async close() {
        await browser.close();
        await served.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
};

async function drawn(page: Page, name: string, updates: number): Promise<Contestant<Turn>> {
  await page.waitForFunction(() => 'openCharts' in globalThis);
  const turn = await page.evaluateHandle((library) => openCharts(library), name);
  return {
    name,
    work: updates,
    run: () => page.evaluate(([turn, updates]) => turn(updates), [turn, updates] as const),
    // An empty chart would be drawn quickly.
    check: ({ inked }) => assert.ok(inked > 0.05 && inked < 0.9, `${inked} of the chart is drawn on`),
    seconds: ({ seconds }) => seconds,
  };
}
