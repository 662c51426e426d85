/** The training loop: steps, a validation after each epoch, checkpoints, and every way to stop. */
import { setImmediate } from 'node:timers/promises';
import { InterruptedError, RunError } from '../src/errors.js';
import type { Backend, BackendName } from './backend.js';
import type { TrainingJets } from './batch.js';
import { type RunState, readCheckpoint, readOptimiser, writeCheckpoint } from './checkpoint.js';
import type { Dataset } from './dataset.js';
import { evaluate, measureTails, type Tails, type Validation } from './evaluate.js';
import { type Loss, lossMeans } from './loss.js';
import { appendMetrics, cutMetrics } from './metrics.js';
import type { Network } from './networks/network.js';
import { flatWeights } from './parameters.js';
import { validationLikelihood } from './refine.js';
import { type RunConfig, writeConfig } from './run-config.js';
import { createTrainer } from './trainer.js';
import { writeTrainingPage } from './training-page.js';

/** Seconds between two saves where an epoch is longer. */
const SAVE_INTERVAL = 60;
/** What a step of refining takes, in steps of the quantiles; 4 to 5 measured (`rowsPerSecond` of metrics.jsonl). */
export const REFINING_COST = 4.5;
/** Seconds between two looks at the clock, signals and the progress line. */
const LOOK_INTERVAL = 0.2;
/** (jet, tau) pairs on which crossings are counted at the end; plain TensorFlow.js would need minutes for a million. */
const GRID_PAIRS: Readonly<Record<BackendName, number>> = { 'tfjs-node': 1e6, plain: 1e4 };
/** A mean pinball loss in standardised targets starts below 1; from here on it has exploded. */
const EXPLODED = 1e3;

export interface TrainingRun {
  readonly folder: string;
  readonly config: RunConfig;
  readonly dataset: Dataset;
  readonly backend: Backend;
  /** Go on from RUN/last where there is one. */
  readonly resume: boolean;
  /** Aborted: finish the step, save, throw InterruptedError. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (figures: TrainingFigures) => void;
}

/** How a run stands; loss figures are means since the last time. */
export interface TrainingFigures extends Loss {
  readonly step: number;
  readonly steps: number;
  /** Of these, steps of the quantiles: those that follow refine, at {@link REFINING_COST} times the cost. */
  readonly quantileSteps: number;
  readonly epoch: number;
  readonly rows: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  /** Of the last epoch. */
  readonly validation: Validation | null;
}

export interface TrainingResult {
  readonly state: Omit<RunState, 'sha256' | 'optimizerSha256'>;
  /** Of the best weights, on the whole validation split. */
  readonly validation: Validation;
  readonly tails: Tails;
  /** Path of training.html. */
  readonly page: string;
  readonly rowsPerSecond: number;
}

/**
 * Trains to the end of the epochs or of the time.
 *
 * @throws InterruptedError after a save, where the signal asks for it; RunError where the loss explodes.
 */
export async function train(run: TrainingRun): Promise<TrainingResult> {
  const { folder, config, dataset, backend } = run;
  const { options } = config;
  const saved = run.resume ? await readOptimiser(folder, config) : undefined;
  if (!saved) await writeConfig(folder, config);
  await cutMetrics(folder, saved?.state.step ?? -1);
  let refined = saved?.state.refined ?? null;
  const trainer = createTrainer(
    options,
    dataset.train,
    backend.kernels,
    saved && { vectors: saved.vectors, step: saved.state.step, refinedFrom: refined?.step ?? null },
  );
  const { network, stepsPerEpoch } = trainer;
  const quantileSteps = Math.max(1, Math.round(options.epochs * stepsPerEpoch));
  const refineSteps = Math.round(options.refine * stepsPerEpoch);
  const quantileTime = (options.maxSeconds ?? 0) * (options.epochs / (options.epochs + options.refine));
  const secondsBefore = saved?.state.seconds ?? 0;
  const start = performance.now();
  const seconds = () => secondsBefore + (performance.now() - start) / 1000;
  /** Of this part of the run, the quantiles' or the likelihood's: done, in [0, 1]. */
  const share = () => {
    const part = refined ? (trainer.step - refined.step) / refineSteps : trainer.step / quantileSteps;
    if (options.maxSeconds === null) return part;
    const time = refined
      ? (seconds() - refined.seconds) / Math.max(1e-9, options.maxSeconds - refined.seconds)
      : seconds() / quantileTime;
    return Math.max(part, time);
  };

  let validation: Validation | null = saved?.state.validation ?? null;
  let best = saved?.state.best ?? null;
  let stopping = saved?.state.finished ?? false;
  let savedAt = seconds();
  const steps = () => (refined ? refined.step : quantileSteps) + refineSteps;
  const sinceLook = lossMeans();
  const sinceMetrics = lossMeans();

  const state = (): TrainingResult['state'] => ({
    epoch: trainer.step / stepsPerEpoch,
    step: trainer.step,
    seconds: seconds(),
    validation,
    crossings: validation?.crossings ?? null,
    best,
    refined,
    finished: (stopping || share() >= 1) && (refined !== null || refineSteps === 0),
  });
  const save = async () => {
    if (!trainer.weights.every(Number.isFinite)) await explode(run, trainer.step);
    await writeCheckpoint(folder, 'last', trainer.weights, state(), trainer.vectors);
    savedAt = seconds();
  };
  const validate = async () => {
    if (!trainer.weights.every(Number.isFinite)) await explode(run, trainer.step);
    const measured = measure(
      network,
      trainer.weights,
      dataset.validation,
      refined !== null,
      options.validationJets,
    );
    // As many jets, by the same weights and quantiles: what the training jets have better is what was learnt by heart.
    const training = measure(network, trainer.weights, dataset.train, refined !== null, measured.jets);
    validation = measured;
    const { sum, likelihood } = measured;
    const better =
      best === null ||
      (likelihood === undefined ? sum < best.sum : !(likelihood >= (best.likelihood ?? Infinity)));
    best = better
      ? { sum, ...(likelihood === undefined ? {} : { likelihood }), step: trainer.step, validationsAgo: 0 }
      : { ...best!, validationsAgo: best!.validationsAgo + 1 };
    if (better) await writeCheckpoint(folder, 'best', trainer.weights, state());
    if (options.patience !== null && best.validationsAgo >= options.patience) stopping = true;
    const means = sinceMetrics.take(options.batch);
    const line = { step: trainer.step, epoch: trainer.step / stepsPerEpoch, seconds: seconds(), validation };
    await appendMetrics(folder, { ...line, ...means, training });
  };

  let looked = -Infinity;
  for (;;) {
    if (stopping || share() >= 1) {
      if (refined || refineSteps === 0) break;
      refined = { step: trainer.step, seconds: seconds() };
      stopping = false;
      trainer.startRefining();
    }
    const figures = trainer.advance(share());
    if (!((figures.pinball ?? figures.likelihood!) + figures.penalty < EXPLODED))
      await explode(run, trainer.step);
    sinceLook.add(figures);
    sinceMetrics.add(figures);
    if (trainer.step % stepsPerEpoch === 0 || share() >= 1) {
      await validate();
      await save();
    } else if (seconds() - savedAt > SAVE_INTERVAL) await save();
    if (seconds() - looked < LOOK_INTERVAL) continue;
    looked = seconds();
    run.onProgress?.({
      step: trainer.step,
      steps: steps(),
      quantileSteps: refined?.step ?? quantileSteps,
      epoch: trainer.step / stepsPerEpoch,
      rows: trainer.step * options.batch,
      seconds: seconds(),
      validation,
      ...sinceLook.take(options.batch),
    });
    await setImmediate();
    if (!run.signal?.aborted) continue;
    await save();
    throw new InterruptedError(
      `interrupted after ${trainer.step} of ${steps()} steps; go on with the same command and --resume`,
    );
  }
  const end = state();
  const rowsPerSecond = (trainer.step * options.batch) / end.seconds;
  const figures = await finish(run, network);
  const page = await writeTrainingPage(folder, config, end);
  return { ...figures, state: end, rowsPerSecond, page };
}

/** Losses on some jets, of the likelihood too where that is what a run follows. */
function measure(
  network: Network,
  weights: Float32Array,
  jets: TrainingJets,
  refining: boolean,
  limit?: number,
): Validation {
  const losses = evaluate(network, weights, jets, limit);
  if (!refining) return losses;
  return { ...losses, likelihood: validationLikelihood(network, weights, jets, limit) };
}

/** Measures the best weights on the whole validation split and stores the figures with them. */
async function finish(
  { folder, config, dataset, backend }: TrainingRun,
  network: Network,
): Promise<{ validation: Validation; tails: Tails }> {
  const { weights, state } = await readCheckpoint(folder, 'best');
  const flat = flatWeights(config.network, weights);
  const validation = measure(network, flat, dataset.validation, state.refined != null);
  const tails = measureTails(network, flat, dataset.validation, GRID_PAIRS[backend.name]);
  const { epoch, step, seconds, best, refined = null } = state;
  const { crossings } = validation;
  await writeCheckpoint(folder, 'best', flat, {
    epoch,
    step,
    seconds,
    best,
    refined,
    validation,
    crossings,
    tails,
    finished: true,
  });
  return { validation, tails };
}

async function explode({ folder }: TrainingRun, step: number): Promise<never> {
  const good = await readCheckpoint(folder, 'last').catch(() => undefined);
  throw new RunError(
    `the loss exploded or is no number at step ${step}; ` +
      (good
        ? `the last good checkpoint is ${folder}/last, of step ${good.state.step}`
        : 'there is no checkpoint before it') +
      '; try a smaller --set learning-rate',
  );
}
