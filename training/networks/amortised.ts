/**
 * The amortised network: a trunk of x decides the biases, the centre and the width of a narrow head on (y', tau);
 * formulas beside AmortisedSpec. All four steps of a jet are one pass: row 4 j + k is step k of jet j, and the trunk
 * runs once for each jet.
 *
 * Matrix work is the backend's; the few numbers a row between head and targets are plain loops.
 */
import type { AmortisedSpec } from '../../src/model/network-spec.js';
import { tauFeatureCount } from '../../src/model/network-spec.js';
import { KNOWN_COUNT, STEP_COUNT } from '../../src/model/steps.js';
import { activationGradient, type DenseTrace, dense, inputGradient, kernelGradient } from '../dense.js';
import type { Kernels, Matrix } from '../kernels/kernels.js';
import { weightViews } from '../parameters.js';
import { writeTauFeatures } from '../tau-features.js';
import type { Network, Outputs } from './network.js';

/** log sigma is cut to ±4: see AmortisedSpec. */
const LOG_WIDTH_LIMIT = 4;

/** What depends on the jet alone. */
interface Context {
  readonly jets: number;
  /** Trunk layers: input, kernel, and value before the activation. */
  readonly layers: readonly { input: Matrix; kernel: Matrix; z: Matrix }[];
  readonly output: Matrix;
  /** Bias of each head layer, [4 jets, width]. */
  readonly biases: readonly Matrix[];
  /** [jets, 4]; without centre and width, `centre` holds the shift and both widths are constant. */
  readonly centre: Float32Array;
  readonly logWidth: Float32Array;
  readonly width: Float32Array;
}

export function amortisedNetwork(spec: AmortisedSpec, kernels: Kernels): Network {
  const tauCount = tauFeatureCount(spec.tauInput);
  const headInputs = KNOWN_COUNT + tauCount;
  let features = new Float32Array(0);
  let tauSlopes = new Float32Array(0);
  let quantile = new Float32Array(0);
  let context: Context;
  let traces: DenseTrace[] = [];
  let last: { hidden: DenseTrace['input']; kernel: Matrix; value: Float32Array; slope: Float32Array };

  function makeRoom(rows: number): void {
    if (quantile.length === rows) return;
    features = new Float32Array(rows * headInputs);
    tauSlopes = new Float32Array(rows * tauCount);
    quantile = new Float32Array(rows);
  }

  function uploader(parameters: Float32Array) {
    const views = weightViews(spec, parameters);
    return (name: string) => {
      const { shape, values } = views[name]!;
      return kernels.upload(values, shape.length === 2 ? shape[0]! : 1, shape.at(-1)!);
    };
  }

  function runTrunk(parameters: Float32Array, inputs: Float32Array): Context {
    const weight = uploader(parameters);
    const jets = inputs.length / spec.inputs;
    const linear = (input: Matrix, name: string, kernel = weight(`${name}/kernel`)) =>
      kernels.add(kernels.matMul(input, kernel), weight(`${name}/bias`));
    let output = kernels.upload(inputs, jets, spec.inputs);
    const layers = spec.trunk.map((_, layer) => {
      const input = output;
      const kernel = weight(`trunk${layer}/kernel`);
      const z = linear(input, `trunk${layer}`, kernel);
      output = kernels.leaky(z, spec.slope);
      return { input, kernel, z };
    });
    const biases = spec.head.map((width, layer) =>
      kernels.reshape(linear(output, `condition${layer}`), jets * STEP_COUNT, width),
    );
    const centre = kernels.read(linear(output, spec.centreAndWidth ? 'centre' : 'shift'));
    const logWidth = spec.centreAndWidth
      ? kernels.read(linear(output, 'logWidth'))
      : new Float32Array(centre.length);
    const width = logWidth.map((value) =>
      Math.exp(Math.max(-LOG_WIDTH_LIMIT, Math.min(LOG_WIDTH_LIMIT, value))),
    );
    return { jets, layers, output, biases, centre, logWidth, width };
  }

  /** The known targets as the head reads them: in units of the centre and width of their own step. */
  function writeKnown({ jets, centre, width }: Context, targets: Float32Array): void {
    for (let jet = 0; jet < jets; jet++)
      for (let step = 0; step < STEP_COUNT; step++)
        for (let i = 0; i < KNOWN_COUNT; i++) {
          const at = jet * STEP_COUNT + i;
          const target = targets[at]!;
          const value = spec.centreAndWidth ? (target - centre[at]!) / width[at]! : target;
          features[(jet * STEP_COUNT + step) * headInputs + i] = i < step ? value : 0;
        }
  }

  function writeTau(row: number, tau: number): void {
    writeTauFeatures(spec.tauInput, tau, features, row * headInputs + KNOWN_COUNT, tauSlopes, row * tauCount);
  }

  /** The head on the rows that `features` and `tauSlopes` hold. */
  function runHead(parameters: Float32Array): Outputs {
    const weight = uploader(parameters);
    const rows = context.jets * STEP_COUNT;
    const first = weightViews(spec, parameters)['head0/kernel']!.values;
    const slopeKernel = kernels.upload(first.subarray(KNOWN_COUNT * spec.head[0]!), tauCount, spec.head[0]!);
    let hidden = {
      value: kernels.upload(features, rows, headInputs),
      slope: kernels.upload(tauSlopes, rows, tauCount),
    };
    traces = spec.head.map((_, layer) => {
      const { output, trace } = dense(
        kernels,
        hidden,
        weight(`head${layer}/kernel`),
        context.biases[layer]!,
        spec.slope,
        ...(layer === 0 ? [slopeKernel] : []),
      );
      hidden = output;
      return trace;
    });
    const kernel = weight('output/kernel');
    const value = kernels.read(kernels.matMul(hidden.value, kernel));
    const slope = kernels.read(kernels.matMul(hidden.slope, kernel));
    last = { hidden, kernel, value, slope: slope.slice() };
    for (let row = 0; row < rows; row++) {
      quantile[row] = context.centre[row]! + context.width[row]! * value[row]!;
      slope[row]! *= context.width[row]!;
    }
    return { quantile, slope };
  }

  /** The head's way back; returns the loss's derivative by the trunk's output, and stores those of the weights. */
  function headBackward(
    quantileGradient: Float32Array,
    slopeGradient: Float32Array,
    store: (name: string, matrix: Matrix) => void,
    addTauPart: (matrix: Matrix) => void,
    weight: (name: string) => Matrix,
  ): Matrix {
    const rows = quantileGradient.length;
    const { logWidth, width, output: trunkOutput } = context;
    const scaled = (values: Float32Array) =>
      kernels.upload(
        values.map((value, row) => value * width[row]!),
        rows,
        1,
      );
    const output = { value: scaled(quantileGradient), slope: scaled(slopeGradient) };
    const outputTrace = { input: last.hidden, kernel: last.kernel, z: last.kernel };
    store('output/kernel', kernelGradient(kernels, outputTrace, output));
    let flow = inputGradient(kernels, outputTrace, output);
    let trunkGradient: Matrix | undefined;
    const addLinear = (name: string, gradient: Matrix) => {
      store(`${name}/kernel`, kernels.matMulLeft(trunkOutput, gradient));
      store(`${name}/bias`, kernels.columnSums(gradient));
      const part = kernels.matMulRight(gradient, weight(`${name}/kernel`));
      trunkGradient = trunkGradient ? kernels.add(trunkGradient, part) : part;
    };
    for (let layer = spec.head.length - 1; layer >= 0; layer--) {
      const trace = traces[layer]!;
      const inner = activationGradient(kernels, trace, flow, spec.slope);
      addLinear(
        `condition${layer}`,
        kernels.reshape(inner.value, context.jets, STEP_COUNT * spec.head[layer]!),
      );
      if (layer > 0) {
        store(`head${layer}/kernel`, kernelGradient(kernels, trace, inner));
        flow = inputGradient(kernels, trace, inner);
      } else {
        store('head0/kernel', kernels.matMulLeft(trace.input.value, inner.value));
        addTauPart(kernels.matMulLeft(trace.input.slope, inner.slope));
        flow = { value: kernels.matMulRight(inner.value, trace.kernel), slope: inner.slope };
      }
    }
    if (!spec.centreAndWidth) {
      addLinear('shift', kernels.upload(quantileGradient, context.jets, STEP_COUNT));
      return trunkGradient!;
    }
    // f = mu + sigma o, slope = sigma u, and the known targets k = (y' - mu) / sigma of the later steps.
    const knownGradient = kernels.read(flow.value);
    const centreGradient = Float32Array.from(quantileGradient);
    const logGradient = new Float32Array(rows);
    for (let row = 0; row < rows; row++) {
      logGradient[row] =
        width[row]! * (quantileGradient[row]! * last.value[row]! + slopeGradient[row]! * last.slope[row]!);
    }
    for (let row = 0; row < rows; row++) {
      const step = row & 3;
      for (let i = 0; i < step; i++) {
        const at = row - step + i;
        const known = knownGradient[row * headInputs + i]!;
        centreGradient[at]! -= known / width[at]!;
        logGradient[at]! -= known * features[row * headInputs + i]!;
      }
    }
    for (let row = 0; row < rows; row++) if (Math.abs(logWidth[row]!) > LOG_WIDTH_LIMIT) logGradient[row] = 0;
    addLinear('centre', kernels.upload(centreGradient, context.jets, STEP_COUNT));
    addLinear('logWidth', kernels.upload(logGradient, context.jets, STEP_COUNT));
    return trunkGradient!;
  }

  function trunkBackward(gradient: Matrix, store: (name: string, matrix: Matrix) => void): void {
    let flow = gradient;
    for (let layer = spec.trunk.length - 1; layer >= 0; layer--) {
      const { input, kernel, z } = context.layers[layer]!;
      const inner = kernels.leakyTimes(flow, z, spec.slope);
      store(`trunk${layer}/kernel`, kernels.matMulLeft(input, inner));
      store(`trunk${layer}/bias`, kernels.columnSums(inner));
      if (layer > 0) flow = kernels.matMulRight(inner, kernel);
    }
  }

  let current: Float32Array;
  return {
    spec,
    forward(parameters, batch) {
      current = parameters;
      makeRoom(batch.rows);
      context = runTrunk(parameters, batch.inputs);
      writeKnown(context, batch.targets);
      for (let row = 0; row < batch.rows; row++) writeTau(row, batch.tau[row]!);
      return runHead(parameters);
    },
    backward(quantileGradient, slopeGradient, gradient) {
      const views = weightViews(spec, gradient);
      const store = (name: string, matrix: Matrix) => views[name]!.values.set(kernels.read(matrix));
      const addTauPart = (matrix: Matrix) => {
        const part = kernels.read(matrix);
        const view = views['head0/kernel']!.values;
        const offset = KNOWN_COUNT * spec.head[0]!;
        for (let i = 0; i < part.length; i++) view[offset + i]! += part[i]!;
      };
      const flow = headBackward(quantileGradient, slopeGradient, store, addTauPart, uploader(current));
      trunkBackward(flow, store);
      kernels.release();
    },
    quantiles(parameters, inputs, targets, tau, visit) {
      const rows = targets.length;
      makeRoom(rows);
      context = runTrunk(parameters, inputs);
      writeKnown(context, targets);
      const trunkHeld = kernels.held;
      for (const value of tau) {
        for (let row = 0; row < rows; row++) writeTau(row, value);
        const outputs = runHead(parameters);
        kernels.release(trunkHeld);
        visit(value, outputs);
      }
      kernels.release();
    },
    release: () => kernels.release(),
  };
}
