import * as tf from '@tensorflow/tfjs-core'
import type { Negatives } from '../../contract/negatives.js'

/** Scores of positives [n, 1], and of what each is compared with [n, m]; `counts` is 0 where a pair is none. */
export interface Compared {
  readonly positives: tf.Tensor
  readonly others: tf.Tensor
  readonly counts?: tf.Tensor
}

/**
 * Takes scores apart: sampled [n, 1 + m] with the positive first, in-batch [n, n] with positives on the diagonal. In a
 * batch an item that the user is known to have (`observed`) is no negative.
 */
export const compared = (scores: tf.Tensor, sampler: Negatives['sampler'], observed?: tf.Tensor): Compared => {
  const [n, width] = scores.shape as [number, number]
  if (sampler !== 'in-batch')
    return { positives: tf.slice(scores, [0, 0], [n, 1]), others: tf.slice(scores, [0, 1], [n, width - 1]) }
  const own = tf.eye(n)
  const known = observed ? tf.maximum(own, observed) : own
  return { positives: tf.sum(tf.mul(scores, own), 1, true), others: scores, counts: tf.sub(1, known) }
}

/** Terms of pairs with those that are none set to 0. */
export const counted = (terms: tf.Tensor, { counts }: Compared): tf.Tensor => (counts ? tf.mul(terms, counts) : terms)
