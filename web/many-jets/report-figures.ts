/** The figures of a report as it grows: those of the report's own page, each with its file buttons. */
import { SYMBOLS } from '../../src/report/labels.js';
import { hasJoint, type Report } from '../../src/studies/summarise.js';
import { element, saveFile, show } from '../dom.js';
import { typeset } from '../variables.js';

/** Of all figures of a report, those that stand on the page. */
const PARTS = [
  {
    title: 'Scale and resolution',
    // The report's caption, which names its task.
    words: '',
    isOf: (name: string) => /^response-(pt|mass)-/.test(name),
    columns: 'rows',
  },
  {
    title: 'Spectra and closures',
    words:
      'All samples of a jet together make the spectra that the detector may have given. The closure shows where each true value lies among its own samples: flat where the model is right.',
    isOf: (name: string) => /^(spectrum|closure)-/.test(name),
    columns: 'pairs',
  },
] as const;

export interface ReportFigures {
  /** Draws a report's figures; of those that come meanwhile the newest is next. */
  update(report: Report): void;
}

/** @param onFault told in words why figures cannot be made. */
export function reportFigures(place: HTMLElement, onFault: (message: string) => void): ReportFigures {
  const cards = new Map<string, FigureCard>();
  const parts = PARTS.map(({ title, words, isOf, columns }) => {
    const figures = element('div', { class: columns });
    const caption = element('p', { class: 'hint' }, words);
    const root = element('section', {}, element('h3', {}, title), caption, figures);
    place.append(root);
    return { root, caption, figures, isOf };
  });
  const [scale] = parts;
  let newest: Report | undefined;
  let isDrawing = false;

  async function draw(): Promise<void> {
    isDrawing = true;
    try {
      const { figuresOf, pngOf } = await import('./figure-files.js');
      const { responseCaption, responseGroups } = await import('../../src/report/sections.js');
      while (newest) {
        const report = newest;
        newest = undefined;
        const wanted = figuresOf(report, (name) => parts.some(({ isOf }) => isOf(name)));
        // What an earlier report had, and this one has not.
        for (const [name, { root }] of cards)
          show(
            root,
            wanted.some((figure) => figure.name === name),
          );
        for (const { root, isOf } of parts)
          show(
            root,
            wanted.some(({ name }) => isOf(name)),
          );
        const rowOf = new Map<string, HTMLElement>();
        const rows = responseGroups(wanted.map(({ name }) => name)).map(({ title, names }) => {
          const row = element(
            'div',
            { class: 'quarters' },
            ...names.flatMap((name) => cards.get(name)?.root ?? []),
          );
          for (const name of names) rowOf.set(name, row);
          return element('div', {}, element('h4', {}, ...typeset(title)), row);
        });
        scale!.figures.replaceChildren(...rows);
        if (hasJoint(report))
          scale!.caption.replaceChildren(
            ...typeset(
              `${responseCaption(report, report.joint.samples)}Those of ${SYMBOLS.eta} and ${SYMBOLS.phi} are in the report.`,
            ),
          );
        for (const { name, description, draw } of wanted) {
          const svg = await draw();
          let card = cards.get(name);
          if (!card) {
            card = figureCard(name, pngOf, onFault);
            cards.set(name, card);
            (rowOf.get(name) ?? parts.find(({ isOf }) => isOf(name))!.figures).append(card.root);
          }
          card.show(svg, description);
        }
      }
    } catch (error) {
      onFault(`The figures cannot be drawn: ${(error as Error).message}`);
    } finally {
      isDrawing = false;
    }
  }

  return {
    update(report) {
      newest = report;
      if (!isDrawing) void draw();
    },
  };
}

type FigureCard = ReturnType<typeof figureCard>;

function figureCard(
  name: string,
  pngOf: (image: HTMLImageElement) => Promise<Blob>,
  onFault: (message: string) => void,
) {
  let drawn = new Blob();
  const image = element('img');
  const button = (format: 'svg' | 'png') => {
    const made = element(
      'button',
      { type: 'button', class: 'small', 'aria-label': `Figure ${name} as ${format.toUpperCase()}` },
      format.toUpperCase(),
    );
    made.addEventListener('click', async () => {
      try {
        saveFile(format === 'svg' ? drawn : await pngOf(image), `${name}.${format}`);
      } catch (error) {
        onFault(`The figure cannot be made: ${(error as Error).message}`);
      }
    });
    return made;
  };
  const root = element(
    'figure',
    { class: 'drawn', id: name },
    image,
    element('figcaption', { class: 'files' }, button('svg'), button('png')),
  );
  return {
    root,
    show(svg: string, description: string) {
      drawn = new Blob([svg], { type: 'image/svg+xml' });
      const before = image.src;
      image.alt = description;
      image.src = URL.createObjectURL(drawn);
      if (before) URL.revokeObjectURL(before);
    },
  };
}
