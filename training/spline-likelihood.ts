/**
 * Minus the log density that a network gives a target, from only its quantiles at knots: differentiable, and
 * normalised however coarse the knots are.
 *
 * Quantiles are learnt by the pinball loss where the target lies, one at a time; how dense it lies between them is their
 * difference, and to that the pinball loss is almost blind: a density off by 3 % changes it in the sixth decimal. The
 * likelihood is what sees densities (it is the least squares of their relative errors), so a network that has learnt its
 * quantiles is refined by it.
 *
 * In the coordinate s = logit tau, y = f(s) is known at knots s_i = s_0 + i h. Between them s(y) is the cubic
 * through the knots with slopes m_i (Fritsch, Butland, SIAM J. Sci. Stat. Comput. 5 (1984) 300: harmonic means of the
 * secants, so that s rises wherever the quantiles do), beyond them a straight line. Then
 *
 *     p(y) = sigma'(s(y)) s'(y)          -log p = log(1 + e^s) + log(1 + e^-s) - log s'(y)
 *
 *     D_i = f_i+1 - f_i     m_i = 2 h / (D_i-1 + D_i)     t = (y - f_1) / D_1
 *     s   = s_1 + h (3t² - 2t³) + D_1 [(t³ - 2t² + t) m_1 + (t³ - t²) m_2]
 *     s'  = 6 h (t - t²) / D_1 + (3t² - 4t + 1) m_1 + (3t² - 2t) m_2
 *
 * The same s(y) for all y integrates p to 1. It depends only on the four knots around y. A LeakyReLU network has a kinked f
 * and so a density with steps, whose likelihood no gradient follows; that of the spline is continuous. Knots lie at another
 * offset for every row, so no kink is out of their sight.
 */

/** h, in logit tau. */
export const KNOT_SPACING = 0.7;
/** Knots in the range in which a target is looked for: tau from 3·10⁻⁴ to 1 - 3·10⁻⁴. */
export const KNOT_COUNT = 24;
/** Knots around a target on which its likelihood depends. */
export const NEAR_KNOTS = 4;

/** Quantiles closer than this count as so far apart; in standardised targets. */
const LEAST_GAP = 1e-4;
/** A target less likely than e^-15 is an outlier and teaches nothing. */
const OUTLIER = 15;

/** logit tau of a knot. @param index 0 … KNOT_COUNT - 1, or beyond. @param offset in (-0.5, 0.5) of a spacing. */
export function knotLogit(index: number, offset: number): number {
  return (index - (KNOT_COUNT - 1) / 2 + offset) * KNOT_SPACING;
}

/** What one row's likelihood is made of, and its derivatives. */
export interface SplineLikelihood {
  /** -log p(y), at most 15. */
  loss: number;
  /** Mean square of falling quantiles' slopes along logit tau, over the three gaps. */
  penalty: number;
  /** Derivatives of loss + lambda penalty by the four quantiles. */
  readonly gradient: Float64Array;
}

/**
 * @param y the target. @param quantiles of the four knots `segment - 1` … `segment + 2`.
 * @param segment index of the last knot whose quantile does not exceed y; -1 … KNOT_COUNT - 1.
 * @param offset of the row's knots. @param lambda weight of the penalty.
 * @param into written to, and returned.
 */
export function splineLikelihood(
  y: number,
  quantiles: ArrayLike<number>,
  segment: number,
  offset: number,
  lambda: number,
  into: SplineLikelihood,
): SplineLikelihood {
  const h = KNOT_SPACING;
  const { gradient } = into;
  const f1 = quantiles[1]!;
  const f2 = quantiles[2]!;
  const gaps = [f1 - quantiles[0]!, f2 - f1, quantiles[3]! - f2] as const;
  const d0 = Math.max(gaps[0], LEAST_GAP);
  const d1 = Math.max(gaps[1], LEAST_GAP);
  const d2 = Math.max(gaps[2], LEAST_GAP);
  const m1 = (2 * h) / (d0 + d1);
  const m2 = (2 * h) / (d1 + d2);
  let s: number;
  let density: number;
  // Derivatives of s and s' by f_1, f_2 (as places, not through gaps), D_1, m_1 and m_2.
  let s1 = 0;
  let s2 = 0;
  let p1 = 0;
  let sGap = 0;
  let pGap = 0;
  let sM1 = 0;
  let sM2 = 0;
  let pM1 = 0;
  let pM2 = 0;
  if (segment < 0) {
    s = knotLogit(0, offset) + m2 * (y - f2);
    density = m2;
    s2 = -m2;
    sM2 = y - f2;
    pM2 = 1;
  } else if (segment >= KNOT_COUNT - 1) {
    s = knotLogit(KNOT_COUNT - 1, offset) + m1 * (y - f1);
    density = m1;
    s1 = -m1;
    sM1 = y - f1;
    pM1 = 1;
  } else {
    const t = Math.min(1, Math.max(0, (y - f1) / d1));
    const bend = 6 * (t - t * t);
    sM1 = d1 * t * (1 - t) * (1 - t);
    sM2 = d1 * t * t * (t - 1);
    pM1 = 3 * t * t - 4 * t + 1;
    pM2 = 3 * t * t - 2 * t;
    s = knotLogit(segment, offset) + h * t * t * (3 - 2 * t) + sM1 * m1 + sM2 * m2;
    density = (h / d1) * bend + pM1 * m1 + pM2 * m2;
    const alongT = (h / d1) * 6 * (1 - 2 * t) + (6 * t - 4) * m1 + (6 * t - 2) * m2;
    s1 = -density;
    p1 = -alongT / d1;
    sGap = (sM1 * m1 + sM2 * m2) / d1 - t * density;
    pGap = (-h / (d1 * d1)) * bend - (t / d1) * alongT;
  }
  into.loss = softplus(s) + softplus(-s) - Math.log(density);
  into.penalty = 0;
  gradient.fill(0);
  if (into.loss < OUTLIER) {
    const byS = Math.tanh(s / 2);
    const byDensity = -1 / density;
    const byM1 = ((byS * sM1 + byDensity * pM1) * -m1 * m1) / (2 * h);
    const byM2 = ((byS * sM2 + byDensity * pM2) * -m2 * m2) / (2 * h);
    const byGap1 = byS * sGap + byDensity * pGap + byM1 + byM2;
    const by0 = gaps[0] > LEAST_GAP ? byM1 : 0;
    const by1 = gaps[1] > LEAST_GAP ? byGap1 : 0;
    const by2 = gaps[2] > LEAST_GAP ? byM2 : 0;
    gradient[0] = -by0;
    gradient[1] = by0 - by1 + byS * s1 + byDensity * p1;
    gradient[2] = by1 - by2 + byS * s2;
    gradient[3] = by2;
  } else into.loss = OUTLIER;
  gaps.forEach((gap, i) => {
    if (gap >= 0) return;
    const slope = gap / h;
    into.penalty += (slope * slope) / 3;
    gradient[i]! -= (2 * lambda * slope) / (3 * h);
    gradient[i + 1]! += (2 * lambda * slope) / (3 * h);
  });
  return into;
}

/** log(1 + e^x) */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
