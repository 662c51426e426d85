/** A matrix of coloured cells with numbers in them, as a Vega group: a heat map for a dozen rows and columns. */
import type { GroupMark, Mark } from 'vega';
import { group, mark, textMark } from './marks.js';

/** One cell. */
export interface Cell {
  /** What its colour says: white at 0, blue below, orange above, full at ±`limit`; null leaves it grey. */
  readonly value: number | null;
  /** Lines of text. */
  readonly text: readonly string[];
}

export interface Matrix {
  /** Upper left corner of the cells, in pixels of the figure; 0 by default. */
  readonly left?: number;
  readonly top?: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Markup, right of which or under which their cells are; without them none are drawn. */
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
  /** Above the cells. */
  readonly title?: string;
  /** [rows][columns] */
  readonly cells: readonly (readonly Cell[])[];
  /** Where the colours end; default: five standard deviations. */
  readonly limit?: number;
}

/** Okabe and Ito's blue and vermilion. */
const [BELOW, ABOVE] = [
  [0, 114, 178],
  [213, 94, 0],
] as const;
const NOTHING = '#eeeeee';
const LINE = 15;

export function matrix(of: Matrix): GroupMark {
  const { left, top, cellWidth: width, cellHeight: height, rows = [], columns = [], title, cells } = of;
  const marks = [
    ...cells.flatMap((row, i) =>
      row.flatMap((cell, j) => cellMarks(cell, j * width, i * height, width, height, of.limit ?? 5)),
    ),
    ...rows.map((name, i) => textMark(name, { x: -8, y: (i + 0.5) * height + 5, align: 'right' })),
    ...columns.map((name, j) =>
      textMark(name, { x: (j + 0.5) * width, y: cells.length * height + 19, align: 'center' }),
    ),
    ...(title === undefined ? [] : [textMark(title, { x: 0, y: -10 })]),
  ];
  return group(marks, left, top);
}

function cellMarks(
  { value, text }: Cell,
  x: number,
  y: number,
  width: number,
  height: number,
  limit: number,
): Mark[] {
  const strength = value === null ? 0 : Math.min(1, Math.abs(value) / limit);
  const fill = value === null ? NOTHING : colour(value < 0, strength);
  const first = y + height / 2 + 5 - ((text.length - 1) * LINE) / 2;
  return [
    mark('rect', { x, y, width, height, fill, stroke: '#fff', strokeWidth: 1 }),
    ...text.map((line, i) =>
      textMark(line, {
        x: x + width / 2,
        y: first + i * LINE,
        align: 'center',
        fill: strength > 0.75 ? '#fff' : '#000',
      }),
    ),
  ];
}

function colour(below: boolean, strength: number): string {
  const full = below ? BELOW : ABOVE;
  const mixed = full.map((part) => Math.round(255 + (part - 255) * strength));
  return `#${mixed.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
