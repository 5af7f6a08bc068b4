import { gatherRows, pairDots } from '@recspec/backend'
import * as tf from '@tensorflow/tfjs-core'
import type { Factors, Value } from '../contract/value.js'

/**
 * The dot products of the rows of two sides as a column, of all pairs or with shared negatives: its numbers are
 * computed when they are read.
 */
export const factoredScores = (user: tf.Tensor, item: tf.Tensor, shared?: Factors['shared']): Value => {
  let made: tf.Tensor | undefined
  return {
    factors: { user, item, ...(shared ? { shared } : {}) },
    get tensor() {
      made ??= tf.reshape(shared ? sharedScores(user, item, shared) : tf.matMul(user, item, false, true), [-1, 1])
      return made
    },
  }
}

/** The scores of each example, [examples, 1 + negatives]: that of its own item, then those of the negatives. */
const sharedScores = (
  user: tf.Tensor,
  item: tf.Tensor,
  { negatives, rows, own }: NonNullable<Factors['shared']>,
): tf.Tensor => {
  const others = tf.slice(item, [0, 0], [negatives, item.shape[1]!])
  return tf.concat([pairDots(user, rows, item, own), tf.matMul(gatherRows(user, rows), others, false, true)], 1)
}

/** A column of numbers [n, 1] with the value 1. */
const ones = (rows: number): tf.Tensor => tf.ones([rows, 1])

/** A number of every entry of a side, [n, 1], as scores with so many entries on the other side. */
export const sideScores = (
  side: 'user' | 'item',
  numbers: tf.Tensor,
  others: number,
  shared?: Factors['shared'],
): Value =>
  side === 'user' ? factoredScores(numbers, ones(others), shared) : factoredScores(ones(others), numbers, shared)

/** The weighted sum of scores: the sides' vectors one after the other. Undefined where one has no factors. */
export const summedScores = (values: readonly Value[], weights: readonly number[] | undefined): Value | undefined => {
  const factors = values.flatMap(({ factors: own }) => (own ? [own] : []))
  if (factors.length < values.length) return undefined
  const users = factors.map(({ user }, place) => {
    const weight = weights?.[place] ?? 1
    return weight === 1 ? user : tf.mul(user, weight)
  })
  return factoredScores(
    tf.concat(users, 1),
    tf.concat(
      factors.map(({ item }) => item),
      1,
    ),
    factors[0]?.shared,
  )
}
