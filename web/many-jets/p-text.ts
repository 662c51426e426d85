/** A p-value in two digits, small ones as a power of ten. */
export function pText(p: number): string {
  if (p >= 0.001) return p.toPrecision(2);
  const exponent = Math.floor(Math.log10(Math.max(p, 1e-300)));
  const superscript = [...String(-exponent)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
  return `${(p / 10 ** exponent).toFixed(0)}\u2009×\u200910⁻${superscript}`;
}
