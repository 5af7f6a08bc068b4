import { tf } from '@recspec/core'
import { key, normal, uniform } from '@recspec/kernels'

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1)

/** Standard normal numbers that depend on a seed only. */
export const noise = (shape: readonly number[], seed: number): Float32Array =>
  Float32Array.from({ length: sizeOf(shape) }, (_, draw) => normal(key(seed), draw))

/** The same as a tensor. */
export const noiseTensor = (shape: readonly number[], seed: number): tf.Tensor =>
  tf.tensor(noise(shape, seed), [...shape])

/** Uniform numbers in [0, 1) that depend on a key and a place only, as a tensor. */
export const uniformTensor = (shape: readonly number[], seed: number, first: number): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, (_, draw) => uniform(key(seed), first + draw)),
    [...shape],
  )

/** A whole number from `low` to `high`. */
export const whole = (low: number, high: number, seed: number, draw: number): number =>
  low + Math.floor((high - low + 1) * uniform(key(seed, 0x77), draw))
