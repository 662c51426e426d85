/**
 * The table of docs/results.md that sets trainings of one task side by side: three seeds of each network, and other
 * heads, and the paper's network by the paper's own recipe. From cards: those of the shipped models, and those kept in bench/results/trainings.
 */
import { VARIABLES } from '../src/jets/columns.js';
import { table } from './markdown.js';
import { aucText, type ShippedCard, type StudyFigures, studyOf } from './results-tables.js';

/** A card with what its training was told. */
export interface TrainingCard extends ShippedCard {
  readonly network: { readonly kind: string; readonly head?: readonly number[] };
  readonly training: { readonly options: { readonly seed: number; readonly schedule: string } };
}

/** The study that all trainings share. */
const STUDY = 'test50k';

/** @returns Markdown, without a line end. @throws Error where a card lacks its study. */
export function trainingsTable(cards: readonly TrainingCard[]): string {
  const rows = cards
    .map((card) => ({ card, name: networkName(card), seed: card.training.options.seed }))
    .sort((a, b) => b.card.task.localeCompare(a.card.task) || b.name.localeCompare(a.name) || a.seed - b.seed)
    .map(({ card, name, seed }) => [card.task, name, String(seed), ...figures(card)]);
  const head = ['task', 'network', 'seed', 'loss', 'crossings', 'KS × 1000: pt eta phi mass', 'ends'];
  head.push('AUC, trees', 'AUC, network', 'medians: pt eta phi mass');
  return table(
    head,
    head.map((_, column) => (column < 2 ? 'left' : 'right')),
    rows,
  );
}

function networkName({ network: { kind, head }, training: { options } }: TrainingCard): string {
  if (options.schedule === 'paper') return `${kind}, its own recipe`;
  return kind === 'paper' || !head ? kind : `${kind}, ${head.length} × ${head[0]}`;
}

function figures(card: TrainingCard): string[] {
  const study = studyOf(card.metrics, STUDY);
  if (!study) throw new Error(`${card.name}: the card has no study ${STUDY}`);
  const { sum, crossings } = card.metrics.validation as { sum: number; crossings: number };
  const ends = VARIABLES.flatMap((v) => [study.closure[v].firstBin, study.closure[v].lastBin]);
  return [
    sum.toFixed(4),
    `${(100 * crossings).toPrecision(2)} %`,
    VARIABLES.map((v) => (1000 * study.closure[v].ks).toFixed(1)).join(' '),
    `${Math.min(...ends).toFixed(2)} … ${Math.max(...ends).toFixed(2)}`,
    aucText(study.joint?.auc, study.joint?.aucError),
    aucText(study.joint?.networkAuc, study.joint?.networkAucError),
    VARIABLES.map((v) => overTypical(study.median[v])).join(' '),
  ];
}

/** The average error of the median over that of the typical jet. */
function overTypical({ meanAbsError, typicalMeanAbsError }: StudyFigures['median']['pt']): string {
  return (meanAbsError / typicalMeanAbsError).toFixed(3);
}
