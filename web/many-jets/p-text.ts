/** A p-value in two digits, small ones as one digit and a power of ten. */
export function pText(p: number): string {
  if (p >= 0.001) return p.toPrecision(2);
  const [digit, exponent] = Math.max(p, 1e-300).toExponential(0).split('e-') as [string, string];
  const superscript = [...exponent].map((each) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(each)]).join('');
  return `${digit}\u2009×\u200910⁻${superscript}`;
}
