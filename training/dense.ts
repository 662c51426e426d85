/**
 * One hidden layer with its tangent, and the way back through both.
 *
 *     z = h W + b      h' = leaky(z)
 *     u = g W          g' = leaky'(z) u        g = ∂h/∂tau, exact in forward mode
 *
 * leaky' is a step, so its own derivative is zero almost everywhere: the way back through g' leaves z alone.
 */
import type { Kernels, Matrix } from './kernels/kernels.js';

/** A layer's value and its tangent. */
export interface Tangent {
  readonly value: Matrix;
  readonly slope: Matrix;
}

/** What the way back needs of the way there. */
export interface DenseTrace {
  readonly input: Tangent;
  readonly kernel: Matrix;
  /** Before the activation. */
  readonly z: Matrix;
}

/** @param bias one row, or a matrix of the layer's shape. */
export function dense(
  kernels: Kernels,
  input: Tangent,
  kernel: Matrix,
  bias: Matrix,
  leak: number,
  /** The tangent's kernel where the tangent has fewer inputs: the first layer, of which only tau moves. */
  slopeKernel: Matrix = kernel,
): { output: Tangent; trace: DenseTrace } {
  const z = kernels.add(kernels.matMul(input.value, kernel), bias);
  const slope = kernels.leakyTimes(kernels.matMul(input.slope, slopeKernel), z, leak);
  return { output: { value: kernels.leaky(z, leak), slope }, trace: { input, kernel, z } };
}

/** From the loss's derivatives by the outputs to those before the activation. */
export function activationGradient(
  kernels: Kernels,
  { z }: DenseTrace,
  gradient: Tangent,
  leak: number,
): Tangent {
  return {
    value: kernels.leakyTimes(gradient.value, z, leak),
    slope: kernels.leakyTimes(gradient.slope, z, leak),
  };
}

/** From the loss's derivatives before the activation to those by the inputs. */
export function inputGradient(kernels: Kernels, { kernel }: DenseTrace, { value, slope }: Tangent): Tangent {
  return { value: kernels.matMulRight(value, kernel), slope: kernels.matMulRight(slope, kernel) };
}

/** The loss's derivatives by the kernel: hᵀ dz + gᵀ du. */
export function kernelGradient(kernels: Kernels, { input }: DenseTrace, { value, slope }: Tangent): Matrix {
  return kernels.add(kernels.matMulLeft(input.value, value), kernels.matMulLeft(input.slope, slope));
}
