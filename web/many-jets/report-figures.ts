/** The figures of a report as it grows: those of the report's own page, each with its file buttons. */
import type { Report } from '../../src/studies/summarise.js';
import { element, saveFile, show } from '../dom.js';

/** Of all figures of a report, those that stand on the page. */
const PARTS = [
  {
    title: 'Scale and resolution',
    words:
      'Median and half of the 68 % interval of predicted over input, in bins of the input jet: true jets as points, the model with its band. Those of eta and phi are in the report.',
    isOf: (name: string) => /^response-(pt|mass)-/.test(name),
    columns: 'quarters',
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
    const root = element(
      'section',
      {},
      element('h3', {}, title),
      element('p', { class: 'hint' }, words),
      figures,
    );
    place.append(root);
    return { root, figures, isOf };
  });
  let newest: Report | undefined;
  let isDrawing = false;

  async function draw(): Promise<void> {
    isDrawing = true;
    try {
      const { figuresOf, pngOf } = await import('./figure-files.js');
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
        for (const { name, description, draw } of wanted) {
          const svg = await draw();
          let card = cards.get(name);
          if (!card) {
            card = figureCard(name, pngOf, onFault);
            cards.set(name, card);
            parts.find(({ isOf }) => isOf(name))!.figures.append(card.root);
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
