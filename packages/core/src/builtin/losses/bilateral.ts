import * as tf from '@tensorflow/tfjs-core'
import type { Labels } from '../../contract/loss.js'
import { type NegativesParam, negatives } from '../../contract/negatives.js'
import type { Value } from '../../contract/value.js'
import { compareScores } from './compare.js'

interface BilateralParams {
  readonly temperature: number
  readonly negatives?: NegativesParam
  readonly averagePositives?: boolean
}

/**
 * The terms of bilateral softmax [n, 1] (Wu et al., ICDE 2024): negativeWeight · ln Σ e^(s′ / temperature) over the
 * negatives, minus s / temperature of the positive, or minus the log of the mean of e^(s / temperature) over the
 * examples of its user in the batch.
 */
export const bilateralTerms = (
  { temperature, averagePositives, ...params }: BilateralParams,
  negativeWeight: number,
  score: Value,
  { positive, users }: Pick<Labels, 'positive' | 'users'>,
): tf.Tensor => {
  const found = compareScores(tf.div(score.tensor, temperature), negatives(params.negatives!), positive)
  const own = averagePositives ? logMeanOfUsers(found.positives, users!) : found.positives
  return tf.sub(tf.mul(logSum(found.others, found.counts), negativeWeight), own)
}

/** ln Σ e^x of each row, of the columns that count: [n, 1]; 0 where none does. */
const logSum = (x: tf.Tensor, counts: tf.Tensor | undefined): tf.Tensor => {
  if (!counts) return tf.logSumExp(x, 1, true)
  const most = tf.max(tf.sub(x, tf.mul(tf.sub(1, counts), 1e30)), 1, true)
  const any = tf.max(counts, 1, true)
  const from = tf.mul(most, any)
  const sum = tf.sum(tf.mul(tf.exp(tf.mul(tf.sub(x, from), counts)), counts), 1, true)
  return tf.mul(tf.add(tf.log(tf.maximum(sum, 1e-30)), from), any)
}

/** For each example the log of the mean of e^x over the examples of its user: [n, 1]. */
const logMeanOfUsers = (x: tf.Tensor, users: tf.Tensor): tf.Tensor => {
  const same = tf.cast(tf.equal(tf.expandDims(users, 1), tf.expandDims(users, 0)), 'float32')
  const all = tf.tile(tf.transpose(x), [x.shape[0]!, 1])
  return tf.sub(logSum(all, same), tf.log(tf.sum(same, 1, true)))
}
