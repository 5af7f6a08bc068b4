import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'

/**
 * The values of a node in a batch: `tensor` [axis, ...shape], and for sequences `mask` [axis, length], 1 where a step
 * is present. The axis is that of the node's side: the distinct users, items or pairs of the batch.
 */
export interface Value {
  readonly tensor: Tensor
  readonly mask?: Tensor
  /** Of scores that are dot products of both sides; `tensor` is computed when it is read. */
  readonly factors?: Factors
}

/**
 * The vectors of both sides of scores, [users, width] and [items, width]: of all users with all items, or, where
 * negatives are `shared`, of each example with its own item and the negatives.
 */
export interface Factors {
  readonly user: Tensor
  readonly item: Tensor
  readonly shared?: {
    /** The first rows of `item` are the negatives. */
    readonly negatives: number
    /** [examples]: the row of each example in `user`, and that of its own item in `item`; int32. */
    readonly rows: Tensor1D
    readonly own: Tensor1D
  }
  /** The terms that the vectors are the concatenation of, where the scores are a sum. */
  readonly terms?: readonly FactorTerm[]
}

/** A term of scores: vectors of both sides, or a number of each entry of one `side`, the other side's being 1. */
export interface FactorTerm {
  readonly user: Tensor
  readonly item: Tensor
  readonly side?: 'user' | 'item'
}

/** What `apply` may use of the run it is part of. */
export interface Context {
  /** True in training; false when serving, and in a phase that does not train the layer. */
  readonly training: boolean
  /** Uniform numbers in [0, 1), the same for the same seed, step and node. */
  uniform(shape: readonly number[]): Tensor
  /** In training: x with a share `rate` of its numbers set to 0 by uniform numbers, the others divided by 1 − rate. */
  dropout?(x: Tensor, rate: number): Tensor
  /** Assigns a weight that is not trainable (a running mean). */
  assign(weight: string, value: Tensor): void
}
