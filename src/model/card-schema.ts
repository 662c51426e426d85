/**
 * The check of model.json, field by field: a card comes from strangers. What is not in this schema is refused, every
 * text and list has a largest length, every number a range.
 */
import * as v from 'valibot';
import { VARIABLES } from '../jets/columns.js';
import { BUNDLE_FORMATS, isShallow, type ModelCard, TOO_DEEP } from './card.js';
import { multiplicationsPerPrediction, parameterCount } from './network-spec.js';
import { STEP_COUNT } from './steps.js';
import { TASKS } from './tasks.js';
import { networkInputCount } from './transforms.js';

/** Letters, digits, dot, dash, underscore; no path, nothing hidden. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const COLUMN_PATTERN = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
/** Largest layer, deepest network, most input columns: as training allows them. */
const MOST_UNITS = 4096;
const MOST_LAYERS = 64;
const MOST_INPUTS = 64;
const MOST_EDGES = 1001;
const MOST_LEVELS = 99;

const line = v.pipe(v.string(), v.maxLength(1000));
const text = v.pipe(v.string(), v.maxLength(20_000));
const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const units = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_UNITS));
const inputs = v.pipe(v.number(), v.integer(), v.minValue(VARIABLES.length), v.maxValue(MOST_INPUTS));
const layers = v.pipe(v.array(units), v.minLength(1), v.maxLength(MOST_LAYERS));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'));
const column = v.pipe(v.string(), v.regex(COLUMN_PATTERN, 'must be letters, digits and underscores'));
/** Figures and options: any JSON, which nothing but people and reports read. */
const record = v.pipe(
  v.record(v.pipe(v.string(), v.maxLength(100)), v.unknown()),
  v.check((figures) => isShallow(figures), TOO_DEEP),
);
const spread = v.pipe(
  finite,
  v.check((sd) => sd > 0, 'must be above 0'),
);
const offset = v.pipe(finite, v.minValue(0), v.maxValue(1e6));
const tauInput = v.picklist(['affine', 'logit', 'both']);
const slope = v.pipe(finite, v.minValue(0), v.maxValue(1));

const network = v.variant('kind', [
  v.strictObject({
    kind: v.literal('paper'),
    inputs,
    width: units,
    depth: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_LAYERS)),
    slope,
    tauInput,
  }),
  v.strictObject({
    kind: v.literal('amortised'),
    inputs,
    trunk: layers,
    head: layers,
    slope,
    tauInput,
    centreAndWidth: v.boolean(),
  }),
]);

const inputTransform = v.strictObject({
  column,
  transform: v.picklist(['log', 'identity']),
  offset,
  mean: finite,
  sd: spread,
});

const harmonic = v.strictObject({
  column,
  wave: v.picklist(['sine', 'cosine']),
  frequency: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
  mean: finite,
  sd: spread,
});
const harmonics = v.exactOptional(
  v.pipe(
    v.array(harmonic),
    v.maxLength(MOST_INPUTS),
    v.check(
      (all) => all.every(({ wave }, i) => wave === 'cosine' || all[i - 1]?.wave !== 'cosine'),
      'sines must stand before cosines',
    ),
  ),
);

const targetTransform = v.strictObject({
  variable: v.picklist(VARIABLES),
  transform: v.picklist(['log-ratio', 'difference', 'wrapped-difference']),
  offset,
  floor: v.exactOptional(v.pipe(finite, v.minValue(0))),
  mean: finite,
  sd: spread,
});

const training = v.strictObject({
  command: line,
  backend: line,
  data: v.strictObject({ name: line, sha256, rows: count, description: text }),
  split: v.strictObject({
    seed: count,
    by: v.exactOptional(v.literal('event')),
    train: count,
    validation: count,
    test: count,
  }),
  options: record,
  epochs: v.pipe(finite, v.minValue(0)),
  steps: count,
  seconds: v.pipe(finite, v.minValue(0)),
});

const edges = v.pipe(
  v.array(v.pipe(finite, v.minValue(0))),
  v.minLength(2),
  v.maxLength(MOST_EDGES),
  v.check((all) => all.every((edge, i) => i === 0 || edge > all[i - 1]!), 'must increase'),
);
const spectrum = v.pipe(
  v.strictObject({
    pt: v.pipe(
      edges,
      v.check(([lowest]) => lowest! > 0, 'must begin above 0'),
    ),
    absEta: edges,
    counts: v.array(v.array(v.pipe(finite, v.minValue(0)))),
  }),
  v.check(
    ({ pt, absEta, counts }) =>
      counts.length === pt.length - 1 && counts.every((row) => row.length === absEta.length - 1),
    'counts: not a row for each bin of pt with a number for each of absEta',
  ),
);

const quantiles = v.strictObject({
  levels: v.pipe(
    v.array(v.pipe(v.number(), v.gtValue(0), v.ltValue(1))),
    v.minLength(1),
    v.maxLength(MOST_LEVELS),
  ),
  meaning: line,
});

const interval = v.tuple([finite, finite]);
export const targetRangeSchema = v.strictObject({
  pt: interval,
  eta: interval,
  phi: interval,
  mass: interval,
});
/** By column. */
export const mediansSchema = v.record(column, finite);
const file = v.strictObject({ sha256, bytes: count });

const card = v.pipe(
  v.strictObject({
    format: v.picklist(BUNDLE_FORMATS, `is not ${BUNDLE_FORMATS.join(' or ')}`),
    name: v.pipe(
      v.string(),
      v.regex(NAME_PATTERN, 'must be letters, digits, dots, dashes, underscores; no path'),
    ),
    task: v.picklist(TASKS),
    description: text,
    intendedUse: text,
    notFor: text,
    licence: line,
    network,
    parameters: count,
    multiplicationsPerPrediction: count,
    inputs: v.pipe(v.array(inputTransform), v.minLength(VARIABLES.length), v.maxLength(MOST_INPUTS)),
    harmonics,
    targets: v.pipe(v.array(targetTransform), v.length(STEP_COUNT)),
    quantiles: v.exactOptional(quantiles),
    training,
    metrics: record,
    range: v.objectWithRest({ pt: interval, eta: interval, phi: interval, mass: interval }, interval),
    medians: v.exactOptional(mediansSchema),
    spectrum: v.exactOptional(spectrum),
    targetRange: v.exactOptional(targetRangeSchema),
    parity: record,
    versions: v.record(line, line),
    files: v.strictObject({
      'sampler.onnx': file,
      'conditional.onnx': file,
      'block.onnx': file,
      'quantiles.onnx': v.exactOptional(file),
    }),
  }),
  v.check(
    ({ format, quantiles, files }) =>
      [quantiles, files['quantiles.onnx']].every(
        (part) => (part !== undefined) === (format !== BUNDLE_FORMATS[0]),
      ),
    `quantiles: ${BUNDLE_FORMATS[0]} has none, later bundles have quantiles.onnx and its levels`,
  ),
  v.check(
    (card) => networkInputCount(card) === card.network.inputs,
    'inputs: their number is not that of the network',
  ),
  v.check(
    ({ inputs }) => VARIABLES.every((variable, index) => inputs[index]?.column === variable),
    `inputs: the first must be ${VARIABLES.join(', ')}`,
  ),
  v.check(
    ({ inputs }) => new Set(inputs.map(({ column }) => column)).size === inputs.length,
    'inputs: a column stands there twice',
  ),
  v.check(
    ({ inputs, harmonics = [] }) =>
      harmonics.every((harmonic) => inputs.some(({ column }) => column === harmonic.column)),
    'harmonics: one is of a column that is no input',
  ),
  v.check(
    ({ targets }) => VARIABLES.every((variable, index) => targets[index]?.variable === variable),
    `targets: they must be ${VARIABLES.join(', ')}`,
  ),
  v.check(
    ({ network, parameters }) => parameters === parameterCount(network),
    'parameters: not the number that the network has',
  ),
  v.check(
    (card) => card.multiplicationsPerPrediction === multiplicationsPerPrediction(card.network),
    'multiplicationsPerPrediction: not the number that the network has',
  ),
);

/**
 * A value read from model.json as a card.
 *
 * @throws Error whose message names the first field that is wrong and what it must be.
 */
export function checkCard(value: unknown): ModelCard {
  const result = v.safeParse(card, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw new Error(path === null ? issue.message : `${path}: ${issue.message}`);
}

/** Parts that a training run's own files share with a card. */
export {
  harmonics as harmonicsSchema,
  inputTransform as inputSchema,
  network as networkSchema,
  spectrum as spectrumSchema,
  targetTransform as targetSchema,
};
