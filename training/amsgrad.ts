/**
 * AMSGrad (Reddi, Kale, Kumar, "On the convergence of Adam and beyond", ICLR 2018, algorithm 2), with Adam's bias
 * corrections as PyTorch has them.
 *
 *     m ← beta1 m + (1 - beta1) g                 v ← beta2 v + (1 - beta2) g²          w ← max(w, v)
 *     x ← x - rate · m/(1 - beta1^t) / ( sqrt(w/(1 - beta2^t)) + epsilon )
 *
 * One pass over one flat vector.
 */
const BETA_2 = 0.999;
const EPSILON = 1e-8;

export interface Moments {
  readonly mean: Float32Array;
  readonly square: Float32Array;
  readonly largest: Float32Array;
}

export class AmsGrad {
  /** m, v and w, each [parameters]: what a checkpoint keeps. */
  readonly moments: Moments;
  /** Updates made, t. */
  updates: number;

  /** @param from where a resumed run goes on; its vectors are taken over, not copied. */
  constructor(parameters: number, from?: Moments & { readonly updates: number }) {
    const { mean, square, largest } = from ?? {
      mean: new Float32Array(parameters),
      square: new Float32Array(parameters),
      largest: new Float32Array(parameters),
    };
    this.moments = { mean, square, largest };
    this.updates = from?.updates ?? 0;
  }

  /** Forgets the past: another loss follows, of other gradients. */
  restart(): void {
    for (const vector of Object.values(this.moments)) vector.fill(0);
    this.updates = 0;
  }

  /** @param parameters written to. @param beta1 in [0, 1): weight of the past in the mean gradient. */
  update(parameters: Float32Array, gradient: Float32Array, rate: number, beta1 = 0.9): void {
    const { mean, square, largest } = this.moments;
    this.updates++;
    const stepSize = rate / (1 - beta1 ** this.updates);
    const scale = 1 / Math.sqrt(1 - BETA_2 ** this.updates);
    for (let i = 0; i < parameters.length; i++) {
      const g = gradient[i]!;
      const m = beta1 * mean[i]! + (1 - beta1) * g;
      const v = BETA_2 * square[i]! + (1 - BETA_2) * g * g;
      const w = Math.max(v, largest[i]!);
      mean[i] = m;
      square[i] = v;
      largest[i] = w;
      parameters[i]! -= (stepSize * m) / (Math.sqrt(w) * scale + EPSILON);
    }
  }
}
