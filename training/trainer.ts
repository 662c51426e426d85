/**
 * One network in training: parameters, optimiser, and what one step does to them.
 *
 * A step is a function of only (parameters, optimiser, step number): the same step after a resumption gives the same
 * bytes.
 */
import { parameterCount } from '../src/model/network-spec.js';
import { AmsGrad } from './amsgrad.js';
import { createBatch, fillBatch, type TrainingJets, unitCount } from './batch.js';
import type { OptimiserVectors } from './checkpoint.js';
import { draw, drawOrder } from './draws.js';
import type { Kernels } from './kernels/kernels.js';
import { type Loss, regularisedLoss } from './loss.js';
import { monotoneFold } from './monotone.js';
import { createNetwork, takesWholeJets } from './networks/create.js';
import type { Network } from './networks/network.js';
import { networkSpec, type TrainingOptions } from './options.js';
import { initialParameters } from './parameters.js';
import { likelihoodLoss } from './refine.js';
import { scheduled } from './schedule.js';
import { applySymmetries } from './symmetries.js';
import { favourEnds, toArcsine } from './tau.js';

export interface Trainer {
  readonly network: Network;
  readonly stepsPerEpoch: number;
  /** Steps done. */
  readonly step: number;
  /** What would be used: of the averaged parameters, or of the trained ones where nothing is averaged. */
  readonly weights: Float32Array;
  readonly vectors: OptimiserVectors;
  /** From here on steps follow the likelihood (spline-likelihood.ts) and not the pinball loss. */
  startRefining(): void;
  /** One optimiser step. @param done share of this part of the run that is done, in [0, 1]. */
  advance(done: number): Loss & { readonly rate: number };
}

/** @param from where a resumed run goes on. */
export function createTrainer(
  options: TrainingOptions,
  jets: TrainingJets,
  kernels: Kernels,
  from?: {
    readonly vectors: OptimiserVectors;
    readonly step: number;
    /** Step at which refining began; null: it has not. */
    readonly refinedFrom: number | null;
  },
): Trainer {
  const spec = networkSpec(options);
  const network = createNetwork(spec, kernels);
  const whole = takesWholeJets(spec);
  const count = parameterCount(spec);
  const fold = options.network === 'monotone' && spec.kind === 'amortised' ? monotoneFold(spec) : undefined;
  const initial = () => {
    const values = initialParameters(spec, options.seed);
    fold?.unfold(values);
    return values;
  };
  const parameters = from?.vectors.parameters ?? initial();
  const average = from?.vectors.average ?? parameters.slice();
  const optimiser = new AmsGrad(
    count,
    from && { ...from.vectors, updates: from.step - (from.refinedFrom ?? 0) },
  );
  const batch = createBatch(
    options.batch,
    spec.inputs,
    whole,
    jets.weights !== undefined || options.tauSampling === 'ends',
  );
  const chosen = new Float32Array(batch.jets);
  const order = new Uint32Array(unitCount(jets, whole));
  const stepsPerEpoch = Math.max(1, Math.floor(order.length / batch.jets));
  const gradient = new Float32Array(count);
  const quantileGradient = new Float32Array(batch.rows);
  const slopeGradient = new Float32Array(batch.rows);
  /** What is used: the averaged parameters or the trained ones, and where they are not the weights, those. */
  const used = options.ema > 0 ? average : parameters;
  const plain = fold ? new Float32Array(count) : parameters;
  const usedWeights = fold ? new Float32Array(count) : used;
  let step = from?.step ?? 0;
  let ordered = -1;
  let refining = from !== undefined && from.refinedFrom !== null;

  const quantileLoss = (): Loss => {
    draw('tau', batch.tau, options.seed, step);
    if (options.tauSampling === 'ends') favourEnds(batch.tau, batch.weights!);
    else if (options.tauSampling === 'arcsine') toArcsine(batch.tau);
    const outputs = network.forward(plain, batch);
    const loss = regularisedLoss(batch, outputs, options.lambda, quantileGradient, slopeGradient);
    network.backward(quantileGradient, slopeGradient, gradient);
    return loss;
  };
  /** The offsets take the place of tau in the batch. */
  const refiningLoss = (): Loss => {
    draw('knots', batch.tau, options.seed, step, (u) => u - 0.5);
    return likelihoodLoss(network, plain, batch, batch.tau, options.lambda, gradient);
  };

  return {
    network,
    stepsPerEpoch,
    get step() {
      return step;
    },
    get weights() {
      fold?.fold(used, usedWeights);
      return usedWeights;
    },
    startRefining() {
      refining = true;
      optimiser.restart();
    },
    vectors: { parameters, ...optimiser.moments, average },
    advance(done) {
      const epoch = Math.floor(step / stepsPerEpoch);
      if (epoch !== ordered) drawOrder(order, options.seed, epoch);
      ordered = epoch;
      fillBatch(batch, jets, whole, order, (step % stepsPerEpoch) * batch.jets);
      if (jets.symmetries) applySymmetries(batch, jets.symmetries, chosen, options.seed, step);
      fold?.fold(parameters, plain);
      const loss = refining ? refiningLoss() : quantileLoss();
      fold?.gradient(parameters, gradient);
      const { rate, beta1 } = scheduled(
        options.schedule,
        done,
        refining ? options.refineRate : options.learningRate,
      );
      optimiser.update(parameters, gradient, rate, beta1);
      step++;
      if (options.ema > 0) {
        // Early on the mean of what there is, so that the untrained start is forgotten.
        const past = Math.min(options.ema, (step - 1) / (step + 9));
        for (let i = 0; i < count; i++) average[i] = past * average[i]! + (1 - past) * parameters[i]!;
      }
      return { ...loss, rate };
    },
  };
}
