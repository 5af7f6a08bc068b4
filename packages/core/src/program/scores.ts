import * as tf from '@tensorflow/tfjs-core'
import type { Value } from '../contract/value.js'

/** The dot products of all rows of two sides, as a column: its numbers are computed when they are read. */
export const factoredScores = (user: tf.Tensor, item: tf.Tensor): Value => {
  let made: tf.Tensor | undefined
  return {
    factors: { user, item },
    get tensor() {
      made ??= tf.reshape(tf.matMul(user, item, false, true), [-1, 1])
      return made
    },
  }
}

/** A column of numbers [n, 1] with the value 1. */
const ones = (rows: number): tf.Tensor => tf.ones([rows, 1])

/** A number of every entry of a side, [n, 1], as scores of a grid that has so many entries on the other side. */
export const sideScores = (side: 'user' | 'item', numbers: tf.Tensor, others: number): Value =>
  side === 'user' ? factoredScores(numbers, ones(others)) : factoredScores(ones(others), numbers)

/** The weighted sum of scores of a grid: the sides' vectors one after the other. Undefined where one has no factors. */
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
  )
}
