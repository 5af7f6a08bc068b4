import * as tf from '@tensorflow/tfjs-core'
import type { Negatives } from '../../contract/negatives.js'

/** Scores of positives [n, 1] and of the negatives of each [n, m]; `counts` [n, m] is 1 for a pair and 0 where the item is no negative. */
export interface ComparedScores {
  readonly positives: tf.Tensor
  readonly others: tf.Tensor
  readonly counts?: tf.Tensor
}

/**
 * Splits the scores of a pairwise loss into positives and negatives: sampled [n, 1 + m · hard] with the positive first, or in-batch [n, n]
 * with positives on the diagonal. `observed` is `Labels.positive`, in the shape of the scores: in a batch, and among negatives that all
 * examples share, an item that the user is known to have is no negative. Of each group of `hard` draws the highest score is the negative.
 */
export const compareScores = (
  scores: tf.Tensor,
  { inBatch, hard, shared }: Partial<Negatives>,
  observed?: tf.Tensor,
): ComparedScores => {
  const [n, width] = scores.shape as [number, number]
  if (inBatch) {
    const own = tf.eye(n)
    const known = observed ? tf.maximum(own, observed) : own
    return { positives: tf.sum(tf.mul(scores, own), 1, true), others: scores, counts: tf.sub(1, known) }
  }
  const positives = tf.slice(scores, [0, 0], [n, 1])
  const others = tf.slice(scores, [0, 1], [n, width - 1])
  const counts = shared && observed ? tf.sub(1, tf.slice(observed, [0, 1], [n, width - 1])) : undefined
  return { positives, ...(hard && hard > 1 ? hardest(others, hard, counts) : counts ? { others, counts } : { others }) }
}

/** The largest of each group of candidates that count. */
const hardest = (others: tf.Tensor, hard: number, counts: tf.Tensor | undefined) => {
  const [n, width] = others.shape as [number, number]
  const groups = [n, width / hard, hard]
  const grouped = tf.reshape(others, groups)
  const present = counts && tf.reshape(counts, groups)
  // what does not count is far below any score, so it is taken only where nothing counts
  const ranked = present ? tf.sub(grouped, tf.mul(tf.sub(1, present), 1e9)) : grouped
  // the gradient of a maximum goes to all that are equal, and the same item may be drawn twice
  const first = tf.cast(tf.oneHot(tf.argMax(ranked, 2), hard), 'float32')
  const best = (values: tf.Tensor) => tf.sum(tf.mul(values, first), 2)
  return present ? { others: best(grouped), counts: best(present) } : { others: best(grouped) }
}

/** Terms of pairs, [n, m] or [n, 1], with those of items that are no negatives set to 0: [n, m]. */
export const maskTerms = (terms: tf.Tensor, { counts }: ComparedScores): tf.Tensor =>
  counts ? tf.mul(terms, counts) : terms
