import type { Sparse } from '@recspec/kernels'
import type { Events } from '../dataset/dataset.js'
import type { PredictiveDistribution } from './metric.js'

/**
 * How many items score at least as high as each item in held[start[u]…], for the u-th of some users, those in skip[start[u]…] left
 * out. NaN ranks last.
 */
export type CountAtLeast = (users: Int32Array, held: Sparse, skip: Sparse) => Int32Array | Promise<Int32Array>

/**
 * What evaluation asks of a model. Indices are positions among the users and items of the data set, −1 is someone unknown;
 * scores only have to order the items of one user.
 */
export interface Scorer {
  /** Predictions in the target's own scale; `events` are the rows they are for. */
  predict(users: Int32Array, items: Int32Array, events: Events): Float32Array | Promise<Float32Array>
  /** Predictive distribution of each row, where the model has one. */
  distribution?(users: Int32Array, items: Int32Array, events: Events): PredictiveDistribution | undefined
  /** Ranking scores of pairs. */
  scorePairs(users: Int32Array, items: Int32Array): Float32Array | Promise<Float32Array>
  /** Absent where it takes the scores of all pairs. */
  readonly countAtLeast?: CountAtLeast | undefined
}
