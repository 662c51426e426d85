/** Every joint test at a glance: its p-value on the true jets, and on the model's own, which shows what passing looks like. */
import type { JointTests } from '../../studies/joint/joint-tests.js';
import type { Report } from '../../studies/summarise.js';
import type { Figure } from '../figure.js';
import { headingOf, powerOfTen, prose } from '../labels.js';
import { COLOURS, guide, mark, textMark } from '../marks.js';
import { linearAxis, logAxis, panel } from '../panel.js';

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
  const level = report.verdict.level / report.verdict.tests.length;
  const roomLeft = level > Math.sqrt(low);
  const x = (value: number, offset = 0) => ({ scale: 'x', value: Math.max(low, value), offset });
  const noTicks = { labelled: [], major: [], minor: [] };
  const point = (value: number, y: number, full: boolean, offset = 0) =>
    mark('symbol', {
      x: x(value, offset),
      y,
      size: 70,
      fill: full ? COLOURS.predicted : '#fff',
      stroke: full ? COLOURS.predicted : '#000',
      strokeWidth: 1.4,
    });
  const drawn = panel({
    left: NAMES,
    width: WIDTH - NAMES,
    height,
    x: logAxis([low, 1.3], '*p*, not corrected for the number of tests'),
    y: { ...linearAxis([0, height], 1), ticks: noTicks },
    marks: [
      guide({ x: x(level), y: 0, y2: height }),
      textMark(powerOfTen(`the least fails below ${level.toExponential(0)}`), {
        // On the side that has more room.
        x: x(level, roomLeft ? -6 : 6),
        align: roomLeft ? 'right' : 'left',
        y: height - 8,
        fill: '#666',
      }),
      ...tests.flatMap(({ name, pValue }, i) => [
        textMark(prose(name), { x: -10, y: (i + 1) * ROW + 5, align: 'right' }),
        point(control.tests[i].pValue, (i + 1) * ROW, false),
        point(pValue, (i + 1) * ROW, true),
      ]),
      point(low * 2, ROW * 0.5 - 3, true),
      textMark('true jets', { x: x(low * 2, 10), y: ROW * 0.5 + 2 }),
      point(low * 2, ROW * 0.5 - 3, false, 110),
      textMark('the model’s own', { x: x(low * 2, 120), y: ROW * 0.5 + 2 }),
    ],
  });
  return {
    width: WIDTH,
    height,
    heading: headingOf(report, jets),
    description: 'The p-value of each joint test on the true jets and on jets drawn from the model itself.',
    panels: [drawn],
  };
}
