/**
 * The fourth counter word of Philox: what a random number is for. Streams never share a number, so that adding one
 * use never changes another.
 *
 * tau: counter (jet, sample, 0, tau). ties: the randomised PIT, counter (jet, 0, 0, ties). split: counter
 * (jet, 0, 0, split) under the split's own seed. training: batches and initial weights.
 * tests: the reference detector. joint: seeds of the generators of the joint tests, counter (use, part, 0, joint).
 * parity: jets and variations on which export compares graphs with networks.
 */
export const STREAM = { tau: 0, ties: 1, split: 2, training: 3, tests: 4, joint: 5, parity: 6 } as const;
