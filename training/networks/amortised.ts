/**
 * The amortised network: a trunk of x decides the biases, the centre and the width of a narrow head on (y', tau);
 * formulas beside AmortisedSpec. All four steps of a jet are one pass: row 4 j + k is step k of jet j, and the trunk
 * runs once for each jet.
 */
import type { AmortisedSpec } from '../../src/model/network-spec.js';
import { tauFeatureCount } from '../../src/model/network-spec.js';
import { KNOWN_COUNT, STEP_COUNT } from '../../src/model/steps.js';
import {
  activationGradient,
  type DenseTrace,
  dense,
  inputGradient,
  kernelGradient,
  type Tangent,
} from '../dense.js';
import type { Kernels, Matrix } from '../kernels/kernels.js';
import { weightViews } from '../parameters.js';
import { writeTauFeatures } from '../tau-features.js';
import {
  type CentreAndWidth,
  centreAndWidth,
  centreAndWidthGradient,
  writeKnown,
} from './centre-and-width.js';
import type { Network, Outputs } from './network.js';
import { linear, runTrunk, type TrunkTrace, trunkBackward } from './trunk.js';

/** What depends on the jet alone. */
interface Context extends CentreAndWidth {
  readonly jets: number;
  readonly trunk: TrunkTrace;
  /** Bias of each head layer, [4 jets, width]. */
  readonly biases: readonly Matrix[];
}

/** What the way back needs of the head. */
interface HeadTrace {
  readonly layers: readonly DenseTrace[];
  readonly last: DenseTrace;
  readonly output: Float32Array;
  readonly slope: Float32Array;
}

export function amortisedNetwork(spec: AmortisedSpec, kernels: Kernels): Network {
  const tauCount = tauFeatureCount(spec.tauInput);
  const headInputs = KNOWN_COUNT + tauCount;
  /** Where the kernel of the first head layer begins to be tau's. */
  const tauOffset = KNOWN_COUNT * spec.head[0]!;
  let features = new Float32Array(0);
  let tauSlopes = new Float32Array(0);
  let quantile = new Float32Array(0);
  let current: Float32Array;
  let context: Context;
  let head: HeadTrace;

  function makeRoom(rows: number): void {
    if (quantile.length === rows) return;
    features = new Float32Array(rows * headInputs);
    tauSlopes = new Float32Array(rows * tauCount);
    quantile = new Float32Array(rows);
  }

  function uploader(parameters: Float32Array): (name: string) => Matrix {
    const views = weightViews(spec, parameters);
    return (name) => {
      const { shape, values } = views[name]!;
      return kernels.upload(values, shape.length === 2 ? shape[0]! : 1, shape.at(-1)!);
    };
  }

  function runContext(parameters: Float32Array, inputs: Float32Array): Context {
    const weight = uploader(parameters);
    const jets = inputs.length / spec.inputs;
    const trunk = runTrunk(kernels, spec, inputs, weight);
    const ofTrunk = (name: string) => linear(kernels, trunk.output, name, weight);
    const biases = spec.head.map((width, layer) =>
      kernels.reshape(ofTrunk(`condition${layer}`), jets * STEP_COUNT, width),
    );
    const centre = kernels.read(ofTrunk(spec.centreAndWidth ? 'centre' : 'shift'));
    const logWidth = spec.centreAndWidth
      ? kernels.read(ofTrunk('logWidth'))
      : new Float32Array(centre.length);
    return { jets, trunk, biases, ...centreAndWidth(centre, logWidth) };
  }

  function writeTau(row: number, tau: number): void {
    writeTauFeatures(spec.tauInput, tau, features, row * headInputs + KNOWN_COUNT, tauSlopes, row * tauCount);
  }

  /** The head on the rows that `features` and `tauSlopes` hold. */
  function runHead(parameters: Float32Array): Outputs {
    const weight = uploader(parameters);
    const rows = context.jets * STEP_COUNT;
    const first = weightViews(spec, parameters)['head0/kernel']!.values;
    const slopeKernel = kernels.upload(first.subarray(tauOffset), tauCount, spec.head[0]!);
    let hidden: Tangent = {
      value: kernels.upload(features, rows, headInputs),
      slope: kernels.upload(tauSlopes, rows, tauCount),
    };
    const layers = spec.head.map((_, layer) => {
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
    const output = kernels.read(kernels.matMul(hidden.value, kernel));
    const slope = kernels.read(kernels.matMul(hidden.slope, kernel));
    head = { layers, last: { input: hidden, kernel, z: kernel }, output, slope: slope.slice() };
    for (let row = 0; row < rows; row++) {
      quantile[row] = context.centre[row]! + context.width[row]! * output[row]!;
      slope[row]! *= context.width[row]!;
    }
    return { quantile, slope };
  }

  return {
    spec,
    forward(parameters, batch) {
      current = parameters;
      makeRoom(batch.rows);
      context = runContext(parameters, batch.inputs);
      writeKnown(spec, context, batch.targets, features, headInputs);
      for (let row = 0; row < batch.rows; row++) writeTau(row, batch.tau[row]!);
      return runHead(parameters);
    },
    backward(quantileGradient, slopeGradient, gradient) {
      const rows = quantileGradient.length;
      const { jets, trunk, width } = context;
      const views = weightViews(spec, gradient);
      const weight = uploader(current);
      const store = (name: string, matrix: Matrix) => views[name]!.values.set(kernels.read(matrix));
      let trunkGradient: Matrix | undefined;
      /** The way back through one linear map of the trunk's output. */
      const backToTrunk = (name: string, gradient: Matrix) => {
        store(`${name}/kernel`, kernels.matMulLeft(trunk.output, gradient));
        store(`${name}/bias`, kernels.columnSums(gradient));
        const part = kernels.matMulRight(gradient, weight(`${name}/kernel`));
        trunkGradient = trunkGradient ? kernels.add(trunkGradient, part) : part;
      };
      const backToSteps = (name: string, gradient: Float32Array) =>
        backToTrunk(name, kernels.upload(gradient, jets, STEP_COUNT));
      const scaled = (values: Float32Array) =>
        kernels.upload(
          values.map((value, row) => value * width[row]!),
          rows,
          1,
        );

      let flow: Tangent = { value: scaled(quantileGradient), slope: scaled(slopeGradient) };
      store('output/kernel', kernelGradient(kernels, head.last, flow));
      flow = inputGradient(kernels, head.last, flow);
      for (let layer = spec.head.length - 1; layer >= 0; layer--) {
        const trace = head.layers[layer]!;
        const inner = activationGradient(kernels, trace, flow, spec.slope);
        backToTrunk(`condition${layer}`, kernels.reshape(inner.value, jets, STEP_COUNT * spec.head[layer]!));
        if (layer > 0) {
          store(`head${layer}/kernel`, kernelGradient(kernels, trace, inner));
          flow = inputGradient(kernels, trace, inner);
          continue;
        }
        store('head0/kernel', kernels.matMulLeft(trace.input.value, inner.value));
        const tauPart = kernels.read(kernels.matMulLeft(trace.input.slope, inner.slope));
        const view = views['head0/kernel']!.values;
        for (let i = 0; i < tauPart.length; i++) view[tauOffset + i]! += tauPart[i]!;
        flow = { value: kernels.matMulRight(inner.value, trace.kernel), slope: inner.slope };
      }
      if (spec.centreAndWidth) {
        const known = kernels.read(flow.value);
        const by = centreAndWidthGradient(context, head, quantileGradient, slopeGradient, features, known);
        backToSteps('centre', by.centre);
        backToSteps('logWidth', by.logWidth);
      } else backToSteps('shift', quantileGradient);
      trunkBackward(kernels, spec, trunk, trunkGradient!, store);
      kernels.release();
    },
    quantiles(parameters, inputs, targets, tau, visit) {
      const rows = targets.length;
      makeRoom(rows);
      context = runContext(parameters, inputs);
      writeKnown(spec, context, targets, features, headInputs);
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
