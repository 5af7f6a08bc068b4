import * as tf from '@tensorflow/tfjs-core'
import type { KerasText } from '../../contract/keras.js'
import type { Negatives } from '../../contract/negatives.js'

/** Why a loss that compares positives with other items refuses a target. */
export const needsPositives =
  'ranks positives: its target says which events are positive, by "atLeast" or "positive", and nothing else'

/**
 * Scores of positives [n, 1] and of the items each is compared with [n, m]; `counts` is 1 where a pair counts, 0 where
 * not.
 */
export interface ComparedScores {
  readonly positives: tf.Tensor
  readonly others: tf.Tensor
  readonly counts?: tf.Tensor
}

/**
 * Splits scores into positives and negatives: sampled [n, 1 + hard · m] with the positive first, in-batch [n, n] with
 * positives on the diagonal. In-batch and shared negatives that the user has (`observed`, the shape of the scores) do
 * not count. Of each group of `hard` draws only the highest score is kept.
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

/** The highest-scoring draw of each group, of those that count. */
const hardest = (others: tf.Tensor, hard: number, counts: tf.Tensor | undefined) => {
  const [n, width] = others.shape as [number, number]
  const groups = [n, width / hard, hard]
  const grouped = tf.reshape(others, groups)
  const present = counts && tf.reshape(counts, groups)
  // far below any score: such a draw is chosen only where none of its group counts
  const ranked = present ? tf.sub(grouped, tf.mul(tf.sub(1, present), 1e9)) : grouped
  // not tf.max: its gradient goes to every tied draw, and an item may be drawn twice
  const first = tf.cast(tf.oneHot(tf.argMax(ranked, 2), hard), 'float32')
  const best = (values: tf.Tensor) => tf.sum(tf.mul(values, first), 2)
  return present ? { others: best(grouped), counts: best(present) } : { others: best(grouped) }
}

/** The same in Keras. */
export const kerasCompare: KerasText = {
  name: 'compare',
  source: `
def compare(scores, negatives, observed):
    """The scores of positives [n, 1] and of what each is compared with [n, m], and 1 where a pair counts, or None."""
    if negatives["inBatch"]:
        places = ops.arange(ops.shape(scores)[0])
        own = ops.cast(ops.equal(ops.expand_dims(places, 1), ops.expand_dims(places, 0)), "float32")
        positives = ops.sum(scores * own, axis=1, keepdims=True)
        return positives, scores, 1 - ops.maximum(own, observed)
    positives, others = scores[:, :1], scores[:, 1:]
    counts = 1 - observed[:, 1:] if negatives["shared"] else None
    hard = negatives["hard"]
    if hard == 1:
        return positives, others, counts
    # of each group of draws the one with the highest score, of those that count
    groups = (-1, others.shape[1] // hard, hard)
    grouped = ops.reshape(others, groups)
    present = ops.ones_like(grouped) if counts is None else ops.reshape(counts, groups)
    first = ops.one_hot(ops.argmax(grouped - (1 - present) * 1e9, axis=2), hard)
    return positives, ops.sum(grouped * first, axis=2), None if counts is None else ops.sum(present * first, axis=2)
`,
}

/** The terms of a loss [n, m], 0 where a pair does not count. */
export const maskTerms = (terms: tf.Tensor, { counts }: ComparedScores): tf.Tensor =>
  counts ? tf.mul(terms, counts) : terms
