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
import { writeTauFeatures } from '../tau.js';
import {
  type CentreAndWidth,
  centreAndWidth,
  centreAndWidthGradient,
  writeKnown,
} from './centre-and-width.js';
import type { Network, Outputs } from './network.js';
import { linear, runTrunk, type TrunkTrace, trunkBackward } from './trunk.js';

/** The loss's derivatives by one pass's outputs, [rows] each. */
interface OutputGradients {
  readonly quantile: Float32Array;
  /** Of a pass that worked out slopes. */
  readonly slope?: Float32Array;
}

/** What depends only on the jet. */
interface Context extends CentreAndWidth {
  readonly jets: number;
  readonly trunk: TrunkTrace;
  /** Bias of each head layer, [4 jets, width]. */
  readonly biases: readonly Matrix[];
}

/** What one pass of the head reads; the backend may share it until it is released, so each pass has its own. */
interface HeadInput {
  /** [4 jets, known targets and tau features] */
  readonly features: Float32Array;
  /** [4 jets, tau features] */
  readonly tauSlopes: Float32Array;
}

/** What the way back needs of one pass of the head. */
interface HeadTrace {
  readonly features: Float32Array;
  readonly layers: readonly DenseTrace<Matrix | undefined>[];
  readonly last: DenseTrace<Matrix | undefined>;
  readonly output: Float32Array;
  readonly slope: Float32Array | undefined;
}

/** Of a pass that was asked only for quantiles. */
const NO_SLOPES = new Float32Array(0);

export function amortisedNetwork(spec: AmortisedSpec, kernels: Kernels): Network {
  const tauCount = tauFeatureCount(spec.tauInput);
  const headInputs = KNOWN_COUNT + tauCount;
  /** Where the kernel of the first head layer begins to be tau's. */
  const tauOffset = KNOWN_COUNT * spec.head[0]!;
  const inputs: HeadInput[] = [];
  let current: Float32Array;
  let context: Context;
  let passes: HeadTrace[] = [];

  /** The arrays of the pass of that number, with the known targets written. */
  function headInput(pass: number, targets: Float32Array): HeadInput {
    const rows = targets.length;
    if (inputs[pass]?.features.length !== rows * headInputs)
      inputs[pass] = {
        features: new Float32Array(rows * headInputs),
        tauSlopes: new Float32Array(rows * tauCount),
      };
    const input = inputs[pass]!;
    writeKnown(spec, context, targets, input.features, headInputs);
    return input;
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

  /** @param tau of a row. */
  function writeTau({ features, tauSlopes }: HeadInput, tau: (row: number) => number): void {
    const rows = context.jets * STEP_COUNT;
    for (let row = 0; row < rows; row++) {
      const at = row * headInputs + KNOWN_COUNT;
      writeTauFeatures(spec.tauInput, tau(row), features, at, tauSlopes, row * tauCount);
    }
  }

  /** One more pass, of the jets begun with. @param keep whether the way back goes through it. */
  function pass(targets: Float32Array, tau: ArrayLike<number>, keep: boolean, slopes: boolean): Outputs {
    const input = headInput(passes.length, targets);
    writeTau(input, (row) => tau[row]!);
    const before = kernels.held;
    const { outputs, trace } = runHead(current, input, slopes);
    if (keep) passes.push(trace);
    else kernels.release(before);
    return outputs;
  }

  /** One pass of the head. */
  function runHead(
    parameters: Float32Array,
    { features, tauSlopes }: HeadInput,
    slopes: boolean,
  ): { outputs: Outputs; trace: HeadTrace } {
    const weight = uploader(parameters);
    const rows = context.jets * STEP_COUNT;
    const first = weightViews(spec, parameters)['head0/kernel']!.values;
    const slopeKernel = slopes && kernels.upload(first.subarray(tauOffset), tauCount, spec.head[0]!);
    let hidden: Tangent<Matrix | undefined> = {
      value: kernels.upload(features, rows, headInputs),
      slope: slopes ? kernels.upload(tauSlopes, rows, tauCount) : undefined,
    };
    const layers = spec.head.map((_, layer) => {
      const { output, trace } = dense(
        kernels,
        hidden,
        weight(`head${layer}/kernel`),
        context.biases[layer]!,
        spec.slope,
        ...(layer === 0 && slopeKernel ? [slopeKernel] : []),
      );
      hidden = output;
      return trace;
    });
    const kernel = weight('output/kernel');
    const output = kernels.read(kernels.matMul(hidden.value, kernel));
    const slope = hidden.slope && kernels.read(kernels.matMul(hidden.slope, kernel));
    const trace = { features, layers, last: { input: hidden, kernel, z: kernel }, output, slope };
    return {
      outputs: {
        quantile: output.map((value, row) => context.centre[row]! + context.width[row]! * value),
        slope: slope?.map((value, row) => context.width[row]! * value) ?? NO_SLOPES,
      },
      trace,
    };
  }

  /** From the loss's derivatives by what each pass gave to those by the parameters. */
  function backward(gradients: readonly OutputGradients[], gradient: Float32Array): void {
    const { jets, trunk, width } = context;
    const rows = jets * STEP_COUNT;
    const views = weightViews(spec, gradient);
    const weight = uploader(current);
    const store = (name: string, matrix: Matrix) => views[name]!.values.set(kernels.read(matrix));
    const addTo = (name: string, matrix: Matrix, from = 0) => {
      const view = views[name]!.values;
      const part = kernels.read(matrix);
      for (let i = 0; i < part.length; i++) view[from + i]! += part[i]!;
    };
    const scaled = (values: Float32Array) =>
      kernels.upload(
        values.map((value, row) => value * width[row]!),
        rows,
        1,
      );
    views['output/kernel']!.values.fill(0);
    for (let layer = 0; layer < spec.head.length; layer++) views[`head${layer}/kernel`]!.values.fill(0);
    /** Sums over the passes of the derivatives by what the trunk gives. */
    const biases: Matrix[] = [];
    const centre = new Float32Array(rows);
    const logWidth = new Float32Array(rows);

    passes.forEach((pass, number) => {
      const { quantile, slope } = gradients[number]!;
      let flow: Tangent<Matrix | undefined> = { value: scaled(quantile), slope: slope && scaled(slope) };
      addTo('output/kernel', kernelGradient(kernels, pass.last, flow));
      flow = inputGradient(kernels, pass.last, flow);
      for (let layer = spec.head.length - 1; layer >= 0; layer--) {
        const trace = pass.layers[layer]!;
        const inner = activationGradient(kernels, trace, flow, spec.slope);
        biases[layer] = biases[layer] ? kernels.add(biases[layer]!, inner.value) : inner.value;
        if (layer > 0) {
          addTo(`head${layer}/kernel`, kernelGradient(kernels, trace, inner));
          flow = inputGradient(kernels, trace, inner);
          continue;
        }
        addTo('head0/kernel', kernels.matMulLeft(trace.input.value, inner.value));
        if (trace.input.slope && inner.slope)
          addTo('head0/kernel', kernels.matMulLeft(trace.input.slope, inner.slope), tauOffset);
        flow = { value: kernels.matMulRight(inner.value, trace.kernel), slope: inner.slope };
      }
      const by = spec.centreAndWidth
        ? centreAndWidthGradient(context, pass, quantile, slope, pass.features, kernels.read(flow.value))
        : { centre: quantile, logWidth };
      for (let row = 0; row < rows; row++) centre[row]! += by.centre[row]!;
      if (spec.centreAndWidth) for (let row = 0; row < rows; row++) logWidth[row]! += by.logWidth[row]!;
    });

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
    biases.forEach((gradient, layer) => {
      backToTrunk(`condition${layer}`, kernels.reshape(gradient, jets, STEP_COUNT * spec.head[layer]!));
    });
    backToSteps(spec.centreAndWidth ? 'centre' : 'shift', centre);
    if (spec.centreAndWidth) backToSteps('logWidth', logWidth);
    trunkBackward(kernels, spec, trunk, trunkGradient!, store);
    kernels.release();
  }

  function begin(parameters: Float32Array, batchInputs: Float32Array): void {
    current = parameters;
    context = runContext(parameters, batchInputs);
    passes = [];
  }

  return {
    spec,
    forward(parameters, batch) {
      begin(parameters, batch.inputs);
      return pass(batch.targets, batch.tau, true, true);
    },
    backward(quantile, slope, gradient) {
      backward([{ quantile, slope }], gradient);
    },
    manyTau: {
      begin(parameters, batch) {
        begin(parameters, batch.inputs);
      },
      quantiles: ({ targets }, tau, keep) => pass(targets, tau, keep, false).quantile,
      backward: (gradients, gradient) =>
        backward(
          gradients.map((quantile) => ({ quantile })),
          gradient,
        ),
    },
    quantiles(parameters, jetInputs, targets, tau, visit) {
      begin(parameters, jetInputs);
      const input = headInput(0, targets);
      const trunkHeld = kernels.held;
      for (const value of tau) {
        writeTau(input, () => value);
        const { outputs } = runHead(parameters, input, true);
        kernels.release(trunkHeld);
        visit(value, outputs);
      }
      kernels.release();
    },
    release: () => kernels.release(),
  };
}
