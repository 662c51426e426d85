/** A bundle's card in a terminal: what it is, how it was trained, how right it was found. The whole card is its JSON. */
import * as v from 'valibot';
import { printable } from '../errors.js';
import { UNITS, VARIABLES } from '../jets/columns.js';
import type { ModelCard } from '../model/card.js';
import { extraInputs } from '../model/missing-inputs.js';
import { networkInWords } from '../model/network-spec.js';
import { STAGES_OF_TASK } from '../model/tasks.js';

/** Columns before the values. */
const NAME_WIDTH = 14;

/** What is shown of a card's metrics, which may hold anything. */
const validation = v.object({ jets: v.number(), sum: v.number(), crossings: v.number() });
const closure = v.object({ ks: v.number() });
const study = v.object({
  jets: v.number(),
  input: v.object({ name: v.string(), part: v.optional(v.object({ name: v.string() })) }),
  closure: v.object({ pt: closure, eta: closure, phi: closure, mass: closure }),
  joint: v.optional(v.object({ auc: v.optional(v.number()), aucError: v.optional(v.number()) })),
  verdict: v.object({ passed: v.boolean(), reasons: v.array(v.string()) }),
});

/** Lines for people. Control characters of a stranger's card are not let through to the terminal. */
export function cardTable(card: ModelCard): string {
  const { input, target } = STAGES_OF_TASK[card.task];
  const { data, split, command } = card.training;
  const lines: [string, string][] = [
    ['name', card.name],
    ['task', `${card.task}: ${target} jets from ${input} jets`],
    ['network', networkInWords(card.network)],
    ['', `${card.parameters} parameters, ${card.multiplicationsPerPrediction} multiplications a prediction`],
    ['trained on', `${data.name}, ${split.train} of ${data.rows} jets: ${data.description}`],
    ['', split.by === 'event' ? 'parted by event, so that no event is both trained on and tested with' : ''],
    ['command', command],
    ...extraInputs(card).map((column, i): [string, string] => [
      i === 0 ? 'also reads' : '',
      `${column}${medianText(card, column)}`,
    ]),
    ...Object.entries(card.range).map(([column, [least, most]], i): [string, string] => [
      i === 0 ? 'range' : '',
      `${column} ${round(least)} to ${round(most)}${unitOf(column)}`,
    ]),
    ['not for', card.notFor],
    ['licence', card.licence],
    ...measured(card.metrics),
  ];
  return lines
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${printable(name).padEnd(NAME_WIDTH)}${printable(value)}`)
    .join('\n');
}

function measured(metrics: ModelCard['metrics']): [string, string][] {
  const lines: [string, string][] = [];
  const loss = v.safeParse(validation, metrics.validation);
  if (loss.success) {
    const { sum, crossings, jets } = loss.output;
    const crossing = `${Number((100 * crossings).toPrecision(2))} % of quantile pairs cross`;
    lines.push(['loss', `${sum.toFixed(4)} on ${jets} validation jets; ${crossing}`]);
  }
  for (const [name, metric] of Object.entries(metrics)) {
    const found = v.safeParse(study, metric);
    if (!found.success) continue;
    const { jets, input, closure, joint, verdict } = found.output;
    const part = input.part ? ` (${input.part.name})` : '';
    const ks = VARIABLES.map((variable) => (1000 * closure[variable].ks).toFixed(1)).join(' ');
    const auc =
      joint?.auc === undefined ? '' : `; AUC ${joint.auc.toFixed(4)} ± ${(joint.aucError ?? 0).toFixed(4)}`;
    lines.push([name, `${jets} jets of ${input.name}${part}: KS × 1000 ${ks}${auc}`]);
    for (const reason of verdict.reasons)
      lines.push(['', `${verdict.passed ? 'passed' : 'failed'}: ${reason}`]);
  }
  return lines;
}

function medianText({ medians = {} }: ModelCard, column: string): string {
  const median = medians[column];
  return median === undefined ? '' : `; where jets have none, its median in training, ${round(median)}`;
}

function round(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function unitOf(column: string): string {
  const unit = UNITS[column as keyof typeof UNITS];
  return unit ? ` ${unit}` : '';
}
