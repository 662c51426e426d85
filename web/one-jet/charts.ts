/** The figures of one jet's answer: four distributions, and pt against mass. */
import { UNITS, VARIABLES, type Variable } from '../../src/jets/columns.js';
import { phiNear, wrapPhi } from '../../src/jets/phi.js';
import { type DensityChart, densityChart } from '../charts/density-chart.js';
import { type JointChart, jointChart } from '../charts/joint-chart.js';
import { element } from '../dom.js';
import type { PtAxis } from '../state.js';
import { minus, SPOKEN, symbol, unitSuffix, valueText } from '../variables.js';
import type { JetAnswer, VariableAnswer } from './answer.js';

/** Values of the same jet to mark: the input's and, where it is a jet of a sample, the true answer's. */
export interface Marks {
  readonly input: Readonly<Record<Variable, number>>;
  readonly truth?: Readonly<Record<Variable, number>> | undefined;
  /** What the experiment's own correction makes of the input. */
  readonly typical?: Readonly<Record<Variable, number>> | undefined;
}

/** The answer of another model or jet, drawn beside. */
export interface PinnedAnswer {
  readonly answer: JetAnswer;
  readonly input: Marks['input'];
}

export interface JetCharts {
  update(answer: JetAnswer, marks: Marks, ptAxis: PtAxis, pinned?: PinnedAnswer): void;
}

export function jetCharts(place: HTMLElement, jointFigure: HTMLElement): JetCharts {
  const cards = VARIABLES.map((variable) => chartCard(variable));
  place.replaceChildren(...cards.map(({ root }) => root));
  const charts: DensityChart[] = cards.map(({ canvas }, k) => densityChart(canvas, tickOf(VARIABLES[k]!)));
  const joint = mountJoint(jointFigure);
  return {
    update(answer, marks, ptAxis, pinned) {
      VARIABLES.forEach((variable, k) => {
        const isResponse = variable === 'pt' && ptAxis === 'response';
        const over = ({ pt }: Marks['input']) => (isResponse ? pt : 1);
        const own = answer.variables[variable];
        const shown = divided(own, over(marks.input));
        const mark = (values: Marks['input']) => near(variable, values, own) / over(marks.input);
        charts[k]!.update({
          ...shown,
          unit: isResponse ? '' : UNITS[variable],
          input: mark(marks.input),
          truth: marks.truth && mark(marks.truth),
          pinned: pinned && divided(pinned.answer.variables[variable], over(pinned.input)),
        });
        cards[k]!.describe(shown, isResponse);
      });
      joint.update(answer, marks);
    },
  };
}

/** An answer in other units: all values over `by`. */
function divided(answer: VariableAnswer, by: number): VariableAnswer {
  const { low, high, median, q16, q84, typical, histogram, density } = answer;
  if (by === 1) return answer;
  return {
    ...{ low: low / by, high: high / by, median: median / by, q16: q16 / by, q84: q84 / by },
    typical: typical / by,
    histogram: histogram.map((value) => value * by),
    density: density.map((value) => value * by),
  };
}

/** phi continued to the branch of the distribution. */
function near(
  variable: Variable,
  values: Readonly<Record<Variable, number>>,
  { median }: VariableAnswer,
): number {
  const value = values[variable];
  return variable === 'phi' ? phiNear(value, median) : value;
}

function tickOf(variable: Variable): (value: number, step: number) => string {
  return (value, step) => {
    const decimals = (String(Number(step.toPrecision(3))).split('.')[1] ?? '').length;
    return minus((variable === 'phi' ? wrapPhi(value) : value).toFixed(Math.min(6, decimals)));
  };
}

function chartCard(variable: Variable) {
  const value = element('span', { class: 'value' });
  const what = element('span', { class: 'what' });
  const axis = element('p', { class: 'axis-title' });
  const canvas = element('div', { role: 'img' });
  const root = element(
    'figure',
    { class: 'panel chart', id: `chart-${variable}` },
    element('figcaption', {}, what, value),
    canvas,
    axis,
  );
  let titled: boolean | undefined;
  const entitle = (isResponse: boolean) => {
    titled = isResponse;
    const response = () => [symbol(variable), '′ / ', symbol(variable)];
    what.replaceChildren('Predicted ', ...(isResponse ? ['response ', ...response()] : [symbol(variable)]));
    axis.replaceChildren(
      ...(isResponse ? response() : [symbol(variable), UNITS[variable] && ` [${UNITS[variable]}]`]),
    );
  };
  return {
    root,
    canvas,
    describe(answer: VariableAnswer, isResponse: boolean) {
      if (titled !== isResponse) entitle(isResponse);
      const text = summary(variable, answer, isResponse);
      value.textContent = text.short;
      const spoken = isResponse ? 'response of the transverse momentum' : SPOKEN[variable];
      canvas.setAttribute('aria-label', `Distribution of the predicted ${spoken}: ${text.spoken}`);
    },
  };
}

/** Median with the way to either end of the 68 % interval. */
export function summary(
  variable: Variable,
  answer: VariableAnswer,
  isResponse = false,
): { short: string; spoken: string } {
  const unit = isResponse ? '' : unitSuffix(variable);
  const { median, q16, q84 } = answer;
  const width = q84 - q16;
  const text = (value: number) => valueText(value, width);
  const centre = text(variable === 'phi' ? wrapPhi(median) : median);
  return {
    short: `${centre} +${text(q84 - median)} \u2212${text(median - q16)}${unit}`,
    spoken: `median ${centre}${unit}, 68 percent from ${text(fold(variable, q16))} to ${text(fold(variable, q84))}`,
  };
}

export function fold(variable: Variable, value: number): number {
  return variable === 'phi' ? wrapPhi(value) : value;
}

function mountJoint(figure: HTMLElement): { update(answer: JetAnswer, marks: Marks): void } {
  const canvas = element('div', { role: 'img' });
  figure.replaceChildren(
    element(
      'figcaption',
      {},
      element(
        'span',
        { class: 'what' },
        'Predicted ',
        symbol('mass'),
        ' against ',
        symbol('pt'),
        ', jointly',
      ),
    ),
    canvas,
    element('p', { class: 'axis-title' }, symbol('pt'), ' [GeV]'),
    element(
      'p',
      { class: 'hint' },
      'The stronger the colour, the more samples. × is the input jet, + the true answer where it is known.',
    ),
  );
  const chart: JointChart = jointChart(canvas);
  return {
    update(answer, { input, truth }) {
      chart.update(answer, input, truth);
      canvas.setAttribute(
        'aria-label',
        `Two-dimensional histogram of predicted mass against transverse momentum: ${correlationText(answer)}`,
      );
    },
  };
}

/** Which way the two go together, in words. */
function correlationText({ joint: { ptBins, massBins, counts } }: JetAnswer): string {
  let [n, sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < ptBins; i++) {
    for (let j = 0; j < massBins; j++) {
      const count = counts[i * massBins + j]!;
      n += count;
      sx += count * i;
      sy += count * j;
      sxx += count * i * i;
      syy += count * j * j;
      sxy += count * i * j;
    }
  }
  const correlation = (n * sxy - sx * sy) / Math.sqrt((n * sxx - sx * sx) * (n * syy - sy * sy));
  return `correlation ${minus(correlation.toFixed(2))}`;
}
