/** Faults of graded size: models of the reference detector that are wrong in one known way, for the power table. */
import { VARIABLES } from '../src/jets/columns.js';
import { physicalValue, TARGET_TRANSFORMS, targetValue } from '../src/model/transforms.js';
import { REFERENCE_RESPONSE, type Response } from '../test/reference-detector.js';

/** A model, one jet at a time. */
export interface Model {
  readonly name: string;
  /** Writes the target jet y [4] at tau [4] of the input jet x [4]: physical units. */
  sample(x: Jet, tau: ArrayLike<number>, y: Float32Array): void;
  /** Writes the four conditional CDFs at y: u [4] in [0, 1]. */
  pits(x: Jet, y: Jet, u: Float32Array | Float64Array): void;
}

type Jet = readonly number[] | Float32Array;

/** A model made of a response in closed form. */
function fromResponse(name: string, response: Response): Model {
  const transforms = VARIABLES.map((variable) => TARGET_TRANSFORMS[variable]);
  const pulls = new Float64Array(4);
  return {
    name,
    sample(x, tau, y) {
      for (let k = 0; k < 4; k++) {
        const { location, scale, shape } = response[k];
        pulls[k] = shape.quantile(tau[k]);
        y[k] = physicalValue(transforms[k], location(x, pulls) + scale(x, pulls) * pulls[k], x[k]);
      }
    },
    pits(x, y, u) {
      for (let k = 0; k < 4; k++) {
        const { location, scale, shape } = response[k];
        pulls[k] = (targetValue(transforms[k], y[k], x[k]) - location(x, pulls)) / scale(x, pulls);
        u[k] = shape.cdf(pulls[k]);
      }
    },
  };
}

type Step = Response[number];

/** The true response with one step changed. */
function changed(name: string, step: number, change: (right: Step) => Partial<Step>): Model {
  return fromResponse(
    name,
    REFERENCE_RESPONSE.map((right, k) => (k === step ? { ...right, ...change(right) } : right)),
  );
}

function wider(name: string, step: number, factor: (jet: Parameters<Step['scale']>[0]) => number): Model {
  return changed(name, step, (right) => ({ scale: (jet, pulls) => factor(jet) * right.scale(jet, pulls) }));
}

/** pt's response moved by a share of its width. */
function shifted(share: number): Model {
  return changed(`pt shifted by ${share} σ`, 0, (right) => ({
    location: (jet, pulls) => right.location(jet, pulls) + share * right.scale(jet, pulls),
  }));
}

/**
 * The same marginal width, but the pull of `from` no longer enters the location of `step`: what it contributed becomes
 * independent smearing, added in quadrature.
 */
function uncorrelated(name: string, step: number, from: number, where: (jet: Jet) => boolean): Model {
  return changed(name, step, (right) => {
    const effect = (jet: Jet, pulls: ArrayLike<number>) => {
      const unit = [0, 0, 0, 0];
      const none = right.location(jet, unit);
      unit[from] = 1;
      return { share: right.location(jet, unit) - none, pull: pulls[from] };
    };
    return {
      location: (jet, pulls) => {
        const { share, pull } = effect(jet as Jet, pulls);
        return right.location(jet, pulls) - (where(jet as Jet) ? share * pull : 0);
      },
      scale: (jet, pulls) =>
        where(jet as Jet)
          ? Math.hypot(right.scale(jet, pulls), effect(jet as Jet, pulls).share)
          : right.scale(jet, pulls),
    };
  });
}

/** pt's lower tail cut: nothing below the quantile of `share`, the rest in proportion. */
function cutTail(share: number): Model {
  const right = fromResponse('', REFERENCE_RESPONSE);
  const moved = new Float64Array(4);
  return {
    name: `pt tail cut at tau < ${share}`,
    sample(x, tau, y) {
      for (let k = 0; k < 4; k++) moved[k] = k === 0 ? share + (1 - share) * tau[k] : tau[k];
      right.sample(x, moved, y);
    },
    pits(x, y, u) {
      right.pits(x, y, u);
      u[0] = Math.max(0, (u[0] - share) / (1 - share));
    },
  };
}

/** phi predicted as a number instead of an angle: what would cross ±pi is held there. */
function phiSeam(): Model {
  const right = fromResponse('', REFERENCE_RESPONSE);
  return {
    name: 'phi held at the seam',
    sample(x, tau, y) {
      right.sample(x, tau, y);
      // A jump of more than pi is a step across the seam.
      if (Math.abs(y[2] - x[2]) > Math.PI) y[2] = Math.sign(x[2]) * Math.PI;
    },
    // A true value beyond the seam lies far outside for a model that does not wrap.
    pits(x, y, u) {
      right.pits(x, y, u);
      if (Math.abs(y[2] - x[2]) > Math.PI) u[2] = y[2] > x[2] ? 1 : 0;
    },
  };
}

const everywhere = () => true;

/** The detector itself. */
export const RIGHT = fromResponse('no fault', REFERENCE_RESPONSE);

/** The right model first. */
export const MODELS: readonly Model[] = [
  RIGHT,
  wider('pt width +1 %', 0, () => 1.01),
  wider('pt width +2 %', 0, () => 1.02),
  wider('pt width +5 %', 0, () => 1.05),
  shifted(0.02),
  shifted(0.05),
  cutTail(0.01),
  uncorrelated('eta–phi correlation zero', 2, 1, everywhere),
  uncorrelated('pt–mass dependence broken', 3, 0, everywhere),
  uncorrelated('pt–mass dependence broken for pt > 200', 3, 0, ([pt]) => pt > 200),
  wider('eta width +20 % for |eta| > 2', 1, ([, eta]) => (Math.abs(eta) > 2 ? 1.2 : 1)),
  phiSeam(),
];
