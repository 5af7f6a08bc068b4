import type { Events } from '../dataset/dataset.js'
import type { Belief } from './metric.js'

/**
 * What evaluation asks of a model. Indices are positions among the users and items of the data set, −1 is someone unknown;
 * scores only have to order the items of one user.
 */
export interface Scorer {
  /** Predictions in the target's own scale; `events` are the rows they are for. */
  predict(users: Int32Array, items: Int32Array, events: Events): Float32Array | Promise<Float32Array>
  /** What is believed of these predictions, where that is known. */
  believe?(users: Int32Array, items: Int32Array, events: Events): Belief | undefined
  /** Ranking scores of pairs. */
  scorePairs(users: Int32Array, items: Int32Array): Float32Array | Promise<Float32Array>
  /** Ranking scores of every item for each of some users, [users, items]. */
  scoreBlock(users: Int32Array): Float32Array | Promise<Float32Array>
}
