/** The few functions of jstat (no types of its own) that are used here. */
declare module 'jstat' {
  const jstat: {
    readonly jStat: {
      readonly chisquare: { inv(probability: number, degreesOfFreedom: number): number };
      gammaln(x: number): number;
    };
  };
  export default jstat;
}
