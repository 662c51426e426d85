/**
 * The paper's network: one dense network for all four steps (Kronheim, Kuchera, Prosper, Ramanujan, section 3.2).
 *
 *     f(x, z, y', tau): h_0 = [x, one-hot z, known targets y', tau features], h_l+1 = leaky(h_l W_l + b_l), f linear
 */
import type { PaperSpec } from '../../src/model/network-spec.js';
import { tauFeatureCount } from '../../src/model/network-spec.js';
import { KNOWN_COUNT, STEP_COUNT } from '../../src/model/steps.js';
import type { Batch } from '../batch.js';
import { activationGradient, type DenseTrace, dense, inputGradient, kernelGradient } from '../dense.js';
import type { Kernels, Matrix } from '../kernels/kernels.js';
import { weightViews } from '../parameters.js';
import { writeTauFeatures } from '../tau.js';
import type { Network, Outputs } from './network.js';

export function paperNetwork(spec: PaperSpec, kernels: Kernels): Network {
  const tauCount = tauFeatureCount(spec.tauInput);
  const fixed = spec.inputs + STEP_COUNT + KNOWN_COUNT;
  const width = fixed + tauCount;
  let features = new Float32Array(0);
  let tauSlopes = new Float32Array(0);
  let traces: DenseTrace[] = [];
  let last: { hidden: DenseTrace['input']; kernel: Matrix };

  /** Writes what a row reads beside tau. */
  function writeRow(
    row: number,
    batch: Pick<Batch, 'inputs' | 'targets'>,
    place: number,
    step: number,
  ): void {
    const offset = row * width;
    for (let i = 0; i < spec.inputs; i++) features[offset + i] = batch.inputs[place * spec.inputs + i]!;
    for (let i = 0; i < STEP_COUNT; i++) features[offset + spec.inputs + i] = i === step ? 1 : 0;
    for (let i = 0; i < KNOWN_COUNT; i++)
      features[offset + spec.inputs + STEP_COUNT + i] = i < step ? batch.targets[place * STEP_COUNT + i]! : 0;
  }

  function writeTau(row: number, tau: number): void {
    writeTauFeatures(spec.tauInput, tau, features, row * width + fixed, tauSlopes, row * tauCount);
  }

  function makeRoom(rows: number): void {
    if (tauSlopes.length === rows * tauCount) return;
    features = new Float32Array(rows * width);
    tauSlopes = new Float32Array(rows * tauCount);
  }

  /** Through all layers, of the rows that `features` and `tauSlopes` hold. */
  function run(parameters: Float32Array, rows: number): Outputs {
    const views = weightViews(spec, parameters);
    const upload = (name: string) => {
      const { shape, values } = views[name]!;
      return kernels.upload(values, shape.length === 2 ? shape[0]! : 1, shape.at(-1)!);
    };
    const tauKernel = views['dense0/kernel']!.values.subarray(fixed * spec.width);
    const slopeKernel = kernels.upload(tauKernel, tauCount, spec.width);
    let hidden = {
      value: kernels.upload(features, rows, width),
      slope: kernels.upload(tauSlopes, rows, tauCount),
    };
    traces = [];
    for (let layer = 0; layer < spec.depth; layer++) {
      const { output, trace } = dense(
        kernels,
        hidden,
        upload(`dense${layer}/kernel`),
        upload(`dense${layer}/bias`),
        spec.slope,
        ...(layer === 0 ? [slopeKernel] : []),
      );
      traces.push(trace);
      hidden = output;
    }
    const kernel = upload(`dense${spec.depth}/kernel`);
    last = { hidden, kernel };
    const bias = views[`dense${spec.depth}/bias`]!.values[0]!;
    const quantile = kernels.read(kernels.matMul(hidden.value, kernel));
    for (let row = 0; row < rows; row++) quantile[row]! += bias;
    return { quantile, slope: kernels.read(kernels.matMul(hidden.slope, kernel)) };
  }

  return {
    spec,
    forward(parameters, batch) {
      makeRoom(batch.rows);
      for (let row = 0; row < batch.rows; row++) {
        writeRow(row, batch, batch.jets === batch.rows ? row : row >>> 2, batch.steps[row]!);
        writeTau(row, batch.tau[row]!);
      }
      return run(parameters, batch.rows);
    },
    backward(quantileGradient, slopeGradient, gradient) {
      const rows = quantileGradient.length;
      const views = weightViews(spec, gradient);
      const store = (name: string, matrix: Matrix) => views[name]!.values.set(kernels.read(matrix));
      const output = {
        value: kernels.upload(quantileGradient, rows, 1),
        slope: kernels.upload(slopeGradient, rows, 1),
      };
      const { hidden, kernel } = last;
      store(`dense${spec.depth}/kernel`, kernelGradient(kernels, { input: hidden }, output));
      views[`dense${spec.depth}/bias`]!.values[0] = sum(quantileGradient);
      let flow = inputGradient(kernels, { kernel }, output);
      for (let layer = spec.depth - 1; layer >= 0; layer--) {
        const trace = traces[layer]!;
        const inner = activationGradient(kernels, trace, flow, spec.slope);
        store(`dense${layer}/bias`, kernels.columnSums(inner.value));
        if (layer > 0) {
          store(`dense${layer}/kernel`, kernelGradient(kernels, trace, inner));
          flow = inputGradient(kernels, trace, inner);
          continue;
        }
        const kernelView = views['dense0/kernel']!.values;
        kernelView.set(kernels.read(kernels.matMulLeft(trace.input.value, inner.value)));
        const tauPart = kernels.read(kernels.matMulLeft(trace.input.slope, inner.slope));
        for (let i = 0; i < tauPart.length; i++) kernelView[fixed * spec.width + i]! += tauPart[i]!;
      }
      kernels.release();
    },
    quantiles(parameters, inputs, targets, tau, visit) {
      const jets = targets.length / STEP_COUNT;
      makeRoom(jets * STEP_COUNT);
      for (let row = 0; row < jets * STEP_COUNT; row++)
        writeRow(row, { inputs, targets }, row >>> 2, row & 3);
      for (const value of tau) {
        for (let row = 0; row < jets * STEP_COUNT; row++) writeTau(row, value);
        const outputs = run(parameters, jets * STEP_COUNT);
        kernels.release();
        visit(value, outputs);
      }
    },
    release: () => kernels.release(),
  };
}

function sum(values: Float32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
