import type { Tensor } from '@tensorflow/tfjs-core'

/**
 * The values of a node in a batch: `tensor` [axis, ...shape], and for sequences `mask` [axis, length], 1 where a step
 * is present. The axis is that of the node's side: the distinct users, items or pairs of the batch.
 */
export interface Value {
  readonly tensor: Tensor
  readonly mask?: Tensor
}

/** What `apply` may use of the run it is part of. */
export interface Context {
  /** True in training; false when serving, and in a phase that does not train the layer. */
  readonly training: boolean
  /** Uniform numbers in [0, 1), the same for the same seed, step and node. */
  uniform(shape: readonly number[]): Tensor
  /** Assigns a weight that is not trainable (a running mean). */
  assign(weight: string, value: Tensor): void
}
