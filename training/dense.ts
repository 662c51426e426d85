/**
 * One hidden layer with its tangent, and the way back through both.
 *
 *     z = h W + b      h' = leaky(z)
 *     u = g W          g' = leaky'(z) u        g = ∂h/∂tau, exact in forward mode
 *
 * leaky' is a step, so its own derivative is zero almost everywhere: the way back through g' does not touch z.
 */
import type { Kernels, Matrix } from './kernels/kernels.js';

/** A layer's value and its tangent; undefined where a loss looks only at quantiles. */
export interface Tangent<Slope extends Matrix | undefined = Matrix> {
  readonly value: Matrix;
  readonly slope: Slope;
}

/** What the way back needs of the way there. */
export interface DenseTrace<Slope extends Matrix | undefined = Matrix> {
  readonly input: Tangent<Slope>;
  readonly kernel: Matrix;
  /** Before the activation. */
  readonly z: Matrix;
}

/** @param bias one row, or a matrix of the layer's shape. */
export function dense<Slope extends Matrix | undefined>(
  kernels: Kernels,
  input: Tangent<Slope>,
  kernel: Matrix,
  bias: Matrix,
  leak: number,
  /** The tangent's kernel where the tangent has fewer inputs: the first layer, of which only tau moves. */
  slopeKernel: Matrix = kernel,
): { output: Tangent<Slope>; trace: DenseTrace<Slope> } {
  const z = kernels.add(kernels.matMul(input.value, kernel), bias);
  const slope = (input.slope &&
    kernels.leakyTimes(kernels.matMul(input.slope, slopeKernel), z, leak)) as Slope;
  return { output: { value: kernels.leaky(z, leak), slope }, trace: { input, kernel, z } };
}

/** From the loss's derivatives by the outputs to those before the activation. */
export function activationGradient<Slope extends Matrix | undefined>(
  kernels: Kernels,
  { z }: Pick<DenseTrace, 'z'>,
  gradient: Tangent<Slope>,
  leak: number,
): Tangent<Slope> {
  return {
    value: kernels.leakyTimes(gradient.value, z, leak),
    slope: (gradient.slope && kernels.leakyTimes(gradient.slope, z, leak)) as Slope,
  };
}

/** From the loss's derivatives before the activation to those by the inputs. */
export function inputGradient<Slope extends Matrix | undefined>(
  kernels: Kernels,
  { kernel }: Pick<DenseTrace, 'kernel'>,
  { value, slope }: Tangent<Slope>,
): Tangent<Slope> {
  return {
    value: kernels.matMulRight(value, kernel),
    slope: (slope && kernels.matMulRight(slope, kernel)) as Slope,
  };
}

/** The loss's derivatives by the kernel: hᵀ dz + gᵀ du. */
export function kernelGradient(
  kernels: Kernels,
  { input }: Pick<DenseTrace<Matrix | undefined>, 'input'>,
  { value, slope }: Tangent<Matrix | undefined>,
): Matrix {
  const byValue = kernels.matMulLeft(input.value, value);
  return input.slope && slope ? kernels.add(byValue, kernels.matMulLeft(input.slope, slope)) : byValue;
}
