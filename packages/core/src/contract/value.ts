import type { Tensor } from '@tensorflow/tfjs-core'

/** What a node is worth for every entry of its axis: `tensor` [axis, ...shape], and for sequences `mask` [axis, length]. */
export interface Value {
  readonly tensor: Tensor
  readonly mask?: Tensor
}

/** What a layer may ask of the run it is part of. */
export interface Context {
  /** True in training; false when serving, and in a phase that does not train the layer. */
  readonly training: boolean
  /** Uniform numbers in [0, 1), the same for the same seed, step and node. */
  uniform(shape: readonly number[]): Tensor
  /** New value of a weight that is not trainable (a running mean). */
  assign(weight: string, value: Tensor): void
}
