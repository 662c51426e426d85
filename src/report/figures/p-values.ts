/** Every joint test at a glance: its p-value on the true jets, and on the model's own, which shows what passing looks like. */
import type { JointTests } from '../../studies/joint/joint-tests.js';
import type { Report } from '../../studies/summarise.js';
import type { Figure } from '../figure.js';
import { headingOf, powerOfTen, prose } from '../labels.js';
import { COLOURS, guide, mark, textMark } from '../marks.js';
import { FIGURE_RIGHT, FIGURE_WIDTH, linearAxis, logAxis, panel } from '../panel.js';

const LEFT = 14;
const WIDTH = FIGURE_WIDTH - LEFT - FIGURE_RIGHT;
/** A test's name, and its points below. */
const ROW = 38;
/** Smaller ones are drawn here. */
const LEAST = 1e-12;

export function pValuesFigure(report: Report, model: JointTests, control: JointTests): Figure {
  const { tests, jets } = model;
  const height = ROW * tests.length + 8;
  const all = [...tests, ...control.tests].map(({ pValue }) => pValue);
  const low = Math.max(LEAST, Math.min(1e-3, ...all) / 3);
  const level = report.verdict.level / report.verdict.tests.length;
  const x = (value: number) => ({ scale: 'x', value: Math.max(low, value) });
  const point = (place: number | object, y: number, full: boolean) =>
    mark('symbol', {
      x: place,
      y,
      size: 60,
      fill: full ? COLOURS.predicted : '#fff',
      stroke: full ? COLOURS.predicted : '#000',
      strokeWidth: 1.4,
    });
  const key = (place: number, text: string, full: boolean) => [
    point(place, -31, full),
    textMark(text, { x: place + 9, y: -26 }),
  ];
  const drawn = panel({
    width: WIDTH,
    height,
    x: logAxis([low, 1.3], '*p*, not corrected for the number of tests'),
    y: { ...linearAxis([0, height], 1), ticks: { labelled: [], major: [], minor: [] } },
    marks: [
      guide({ x: x(level), y: 0, y2: height }),
      ...tests.flatMap(({ name, pValue }, i) => [
        textMark(prose(name), { x: 8, y: i * ROW + 18 }),
        point(x(control.tests[i].pValue), i * ROW + 31, false),
        point(x(pValue), i * ROW + 31, true),
      ]),
      ...key(6, 'true jets', true),
      ...key(92, 'the model’s own', false),
      guide({ x: 0, x2: 14, y: -13 }),
      textMark(powerOfTen(`a test below this line (${level.toExponential(0)}) fails the model`), {
        x: 19,
        y: -8,
      }),
    ],
  });
  return {
    width: WIDTH,
    height,
    margin: { left: LEFT, top: 66 },
    heading: headingOf(report, jets),
    description: 'The p-value of each joint test on the true jets and on jets drawn from the model itself.',
    panels: [drawn],
  };
}
