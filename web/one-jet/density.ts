/** Densities from quantile functions: 1 / slope at the value, between the points linear, averaged over several. */

/** Points of the conditional quantile functions: value and slope, [mixed, levels]. */
export interface QuantileCurves {
  readonly levels: number;
  readonly value: Float32Array;
  readonly slope: Float32Array;
}

/** Levels reach from here to as far below 1: beyond, nothing is drawn. */
const OUTERMOST = 4e-4;

/** Quantile levels even in logit: dense in the tails, where the quantile function bends. */
export function tauGrid(levels: number): number[] {
  const reach = Math.log((1 - OUTERMOST) / OUTERMOST);
  return Array.from({ length: levels }, (_, i) => 1 / (1 + Math.exp(reach * (1 - (2 * i) / (levels - 1)))));
}

/** The mean of the curves' densities at `points` even values from low to high, ends included. */
export function mixtureDensity(
  { levels, value, slope }: QuantileCurves,
  low: number,
  high: number,
  points: number,
): Float64Array {
  const density = new Float64Array(points);
  const curves = value.length / levels;
  const step = (high - low) / (points - 1);
  for (let from = 0; from < value.length; from += levels) {
    for (let i = from; i < from + levels - 1; i++) {
      const [left, right] = [value[i]!, value[i + 1]!];
      // Quantiles that cross give no density there.
      if (!(right > left) || !(slope[i]! > 0) || !(slope[i + 1]! > 0)) continue;
      const [atLeft, atRight] = [1 / slope[i]!, 1 / slope[i + 1]!];
      const first = Math.max(0, Math.ceil((left - low) / step));
      const end = Math.min(points, Math.ceil((right - low) / step));
      for (let point = first; point < end; point++) {
        const share = (low + point * step - left) / (right - left);
        density[point]! += (atLeft + share * (atRight - atLeft)) / curves;
      }
    }
  }
  return density;
}

/** Where a density is highest, by a parabola through the highest point and its neighbours. */
export function peakOf(density: Float64Array, low: number, high: number): number {
  let top = 0;
  for (let i = 1; i < density.length; i++) if (density[i]! > density[top]!) top = i;
  const step = (high - low) / (density.length - 1);
  const [before, at, after] = [density[top - 1], density[top]!, density[top + 1]];
  if (before === undefined || after === undefined) return low + top * step;
  const bend = before - 2 * at + after;
  const shift = bend < 0 ? (before - after) / (2 * bend) : 0;
  return low + (top + shift) * step;
}
