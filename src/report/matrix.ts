/** A matrix of coloured cells with numbers in them, as a Vega group: a heat map for a dozen rows and columns. */
import type { GroupMark, Mark } from 'vega';
import { FONT_SIZE, textMark } from './panel.js';

/** One cell. */
export interface Cell {
  /** What its colour says: white at 0, blue below, orange above, full at ±`limit`; null leaves it grey. */
  readonly value: number | null;
  /** Lines of text. */
  readonly text: readonly string[];
}

export interface Matrix {
  /** Upper left corner of the cells, in pixels of the figure. */
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Markup, right of which or under which their cells are; without them none are drawn. */
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
  /** Above the cells. */
  readonly title?: string;
  /** [rows][columns] */
  readonly cells: readonly (readonly Cell[])[];
  /** Where the colours end. */
  readonly limit: number;
}

/** Okabe and Ito's blue and vermilion. */
const [BELOW, ABOVE] = [
  [0, 114, 178],
  [213, 94, 0],
] as const;
const NOTHING = '#eeeeee';
const LINE = 16;

export function matrix(of: Matrix): GroupMark {
  const { left, top, cellWidth, cellHeight, rows, columns, title, cells, limit } = of;
  const height = cells.length * cellHeight;
  const marks: Mark[] = cells.flatMap((row, i) =>
    row.flatMap((cell, j) => cellMarks(cell, j * cellWidth, i * cellHeight, cellWidth, cellHeight, limit)),
  );
  rows?.forEach((name, i) => {
    marks.push(
      textMark(name, {
        x: { value: -8 },
        y: { value: (i + 0.5) * cellHeight + 5 },
        align: { value: 'right' },
      }),
    );
  });
  columns?.forEach((name, j) => {
    marks.push(
      textMark(name, {
        x: { value: (j + 0.5) * cellWidth },
        y: { value: height + 19 },
        align: { value: 'center' },
      }),
    );
  });
  if (title !== undefined) marks.push(textMark(title, { x: { value: 0 }, y: { value: -10 } }));
  return {
    type: 'group',
    interactive: false,
    encode: { enter: { x: { value: left }, y: { value: top } } },
    marks,
  };
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
  const box: Mark = {
    type: 'rect',
    interactive: false,
    aria: false,
    encode: {
      enter: {
        x: { value: x },
        y: { value: y },
        width: { value: width },
        height: { value: height },
        fill: { value: value === null ? NOTHING : colour(value < 0, strength) },
        stroke: { value: '#fff' },
        strokeWidth: { value: 1 },
      },
    },
  };
  const first = y + height / 2 + 5 - ((text.length - 1) * LINE) / 2;
  return [
    box,
    ...text.map((line, i) =>
      textMark(line, {
        x: { value: x + width / 2 },
        y: { value: first + i * LINE },
        align: { value: 'center' },
        fontSize: { value: i === 0 ? FONT_SIZE : FONT_SIZE - 3 },
        fill: { value: strength > 0.75 ? '#fff' : '#000' },
      }),
    ),
  ];
}

function colour(below: boolean, strength: number): string {
  const full = below ? BELOW : ABOVE;
  const mixed = full.map((part) => Math.round(255 + (part - 255) * strength));
  return `#${mixed.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
