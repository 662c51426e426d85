/**
 * How near an engine comes to ONNX Runtime on a shipped bundle. The tests of the engines hold the bounds;
 * run by itself it prints the differences.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { table } from '../../experiments/markdown.js';
import { loadAddon } from '../../src/engines/addon.js';
import type { Session } from '../../src/engines/engine.js';
import { openEngine } from '../../src/engines/open.js';
import { openOrt } from '../../src/engines/ort-node.js';
import { readJets } from '../../src/files/read-jets.js';
import { VARIABLES, type Variable } from '../../src/jets/columns.js';
import { wrapPhi } from '../../src/jets/phi.js';
import type { Bundle } from '../../src/model/bundle.js';
import { readBundle } from '../../src/model/bundle-node.js';
import { gatherRows, selectColumns } from '../../src/sampling/jet-columns.js';
import { PROJECT_ROOT } from '../project-root.js';
import { EDGE_JETS, randomTau } from '../random-jets.js';

const MODELS = join(PROJECT_ROOT, 'models');
const [JETS, SAMPLES] = [40, 50];
/** As docs/engines.md states it: of a value or, in angles, of 4 rad. */
export const BOUNDS = { largest: 2e-5, median: 2e-7 } as const;

/** Names of the bundles in models/. */
export const SHIPPED = readdirSync(MODELS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

export const shippedBundle = (name: string) => readBundle(join(MODELS, name));

/** Of |ours − ONNX Runtime's| over 1 GeV + the value in pt and mass, over 4 in eta and phi. */
export interface Nearness {
  readonly median: number;
  readonly largest: number;
}

/** @param open the engine: asked about sample jets, jets at the ends of the range, and the outermost tau. */
export async function nearness(
  bundle: Bundle,
  open: (bundle: Bundle) => Session | Promise<Session>,
): Promise<Record<Variable, Nearness>> {
  const { inputs, task } = bundle.card;
  const columns = inputs.map(({ column }) => column);
  const sample = await readJets(join(MODELS, 'jets-sample.parquet'), { extra: columns.slice(4) });
  const jets = new Float32Array(JETS * inputs.length);
  gatherRows(jets, selectColumns(sample, task, columns).inputs, 0, JETS);
  EDGE_JETS.forEach((edge, jet) => {
    jets.set(edge, (3 + jet) * inputs.length);
  });
  // With 2^-24 and 1 - 2^-24 in every third jet.
  const tau = randomTau(JETS, SAMPLES);
  const predictionsOf = async (session: Session) => {
    const made = new Float32Array(tau.length);
    await session.predict(jets, tau, made, JETS, SAMPLES);
    await session.close();
    return made;
  };
  const ours = await predictionsOf(await open(bundle));
  const ort = await predictionsOf(await openOrt(bundle));
  const of = (step: number): Nearness => {
    const isAngle = step === 1 || step === 2;
    const off = Array.from({ length: JETS * SAMPLES }, (_, n) => {
      const at = (Math.floor(n / SAMPLES) * 4 + step) * SAMPLES + (n % SAMPLES);
      const difference = ours[at]! - ort[at]!;
      return isAngle ? Math.abs(wrapPhi(difference)) / 4 : Math.abs(difference) / (Math.abs(ort[at]!) + 1);
    }).sort((a, b) => a - b);
    return { median: off[off.length >> 1]!, largest: off.at(-1)! };
  };
  return Object.fromEntries(VARIABLES.map((variable, step) => [variable, of(step)])) as Record<
    Variable,
    Nearness
  >;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isBuilt = 'addon' in loadAddon();
  const rounding = (value: number) => String(Number((value * 2 ** 24).toPrecision(2)));
  const rows: string[][] = [];
  for (const name of SHIPPED) {
    const near = await nearness(await shippedBundle(name), (bundle) =>
      openEngine(bundle, isBuilt ? 'native' : 'wasm'),
    );
    const cells = VARIABLES.map((v) => `${rounding(near[v].median)} / ${rounding(near[v].largest)}`);
    rows.push([`\`${name}\``, ...cells]);
  }
  console.log(`${isBuilt ? 'native' : 'wasm'}: median / largest, in units of 2⁻²⁴`);
  console.log(table(['bundle', ...VARIABLES], ['left', ...VARIABLES.map(() => 'left' as const)], rows));
}
