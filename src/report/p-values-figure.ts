/** Every joint test at a glance: its p-value on the true jets, and on the model's own, which shows what passing looks like. */
import type { Mark } from 'vega';
import type { JointTests } from '../studies/joint/joint-tests.js';
import type { Figure } from './figure.js';
import { grouped, powerOfTen, prose } from './labels.js';
import { COLOURS, type PanelAxis, panel, textMark } from './panel.js';
import type { Report } from './report.js';
import { taskLine } from './spectrum-figure.js';
import { linearTicks, logTicks } from './ticks.js';

const WIDTH = 860;
/** Left of the axis, where the tests' names stand. */
const NAMES = 300;
const ROW = 30;
/** Smaller ones are drawn here. */
const LEAST = 1e-12;

export function pValuesFigure(report: Report, model: JointTests, control: JointTests): Figure {
  const { tests, jets } = model;
  const height = ROW * (tests.length + 1.5);
  const all = [...tests, ...control.tests].map(({ pValue }) => pValue);
  const low = Math.max(LEAST, Math.min(1e-3, ...all) / 3);
  const x: PanelAxis = {
    domain: [low, 1.3],
    log: true,
    ticks: logTicks(low, 1.3),
    title: '*p*, not corrected for the number of tests',
  };
  const none = { ...linearTicks(0, 1, 1), labelled: [], major: [], minor: [] };
  const width = WIDTH - NAMES;
  const level = report.verdict.level / report.verdict.tests.length;
  const roomLeft = level > Math.sqrt(low);
  return {
    width: WIDTH,
    height,
    heading: [taskLine(report), `${grouped(jets)} jets`],
    description: 'The p-value of each joint test on the true jets and on jets drawn from the model itself.',
    panels: [
      panel({
        top: 0,
        left: NAMES,
        width,
        height,
        x,
        y: { domain: [0, height], log: false, ticks: none },
        titleOffset: 0,
        marks: [
          upright(Math.max(low, level), height),
          textMark(powerOfTen(`the least fails below ${level.toExponential(0)}`), {
            // On the side that has more room.
            x: { scale: 'x', value: Math.max(low, level), offset: roomLeft ? -6 : 6 },
            align: { value: roomLeft ? 'right' : 'left' },
            y: { value: height - 8 },
            fill: { value: '#666' },
          }),
          ...tests.flatMap(({ name, pValue }, i) => [
            textMark(prose(name), {
              x: { value: -10 },
              y: { value: (i + 1) * ROW + 5 },
              align: { value: 'right' },
            }),
            point(Math.max(low, control.tests[i].pValue), (i + 1) * ROW, false),
            point(Math.max(low, pValue), (i + 1) * ROW, true),
          ]),
          point(low * 2, ROW * 0.5 - 3, true),
          textMark('true jets', {
            x: { scale: 'x', value: low * 2, offset: 10 },
            y: { value: ROW * 0.5 + 2 },
          }),
          point(low * 2, ROW * 0.5 - 3, false, 110),
          textMark('the model’s own', {
            x: { scale: 'x', value: low * 2, offset: 120 },
            y: { value: ROW * 0.5 + 2 },
          }),
        ],
      }),
    ],
  };
}

function upright(value: number, height: number): Mark {
  return {
    type: 'rule',
    interactive: false,
    aria: false,
    encode: {
      enter: {
        x: { scale: 'x', value },
        y: { value: 0 },
        y2: { value: height },
        stroke: { value: COLOURS.guide },
        strokeDash: { value: [4, 3] },
      },
    },
  };
}

function point(value: number, y: number, full: boolean, offset = 0): Mark {
  return {
    type: 'symbol',
    interactive: false,
    aria: false,
    encode: {
      enter: {
        x: { scale: 'x', value, offset },
        y: { value: y },
        size: { value: 70 },
        fill: { value: full ? COLOURS.predicted : '#fff' },
        stroke: { value: full ? COLOURS.predicted : '#000' },
        strokeWidth: { value: 1.4 },
      },
    },
  };
}
