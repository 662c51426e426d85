/** Places of a fit, the same for every jet: spread evenly in a ball of four dimensions, each with its mirror image. */

/** The roots of the plastic number's kin in four dimensions: Roberts, "The unreasonable effectiveness of quasirandom sequences". */
const GENERATOR = 1.1673039782614187;

/**
 * @param pairs of a place and its mirror image.
 * @returns [1 + 2 pairs, 4]: the centre first; radii spread evenly from 0 to 1.
 */
export function ballPlaces(pairs: number): Float64Array {
  const places = new Float64Array(4 * (1 + 2 * pairs));
  for (let n = 0; n < pairs; n++) {
    const even = (j: number) => (0.5 + (n + 1) * GENERATOR ** -(j + 1)) % 1;
    // Four Gaussians give a direction (Box and Muller); the radius is a fifth number, even by construction.
    const gaussian = [0, 2].flatMap((j) => {
      const radius = Math.sqrt(-2 * Math.log(even(j)));
      const angle = 2 * Math.PI * even(j + 1);
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    });
    const radius = ((n * 0.6180339887498949) % 1) * 0.7 + 0.3;
    const length = Math.hypot(...gaussian);
    for (let k = 0; k < 4; k++) {
      const value = (radius * gaussian[k]) / length;
      places[4 * (1 + 2 * n) + k] = value;
      places[4 * (2 + 2 * n) + k] = -value;
    }
  }
  return places;
}
