import { gatherRows, pairDots } from '@recspec/backend'
import * as tf from '@tensorflow/tfjs-core'
import type { Factors, FactorTerm, Value } from '../contract/value.js'
import { once } from '../once.js'

/**
 * The dot products of the rows of two sides as a column, of all pairs or with shared negatives: its numbers are
 * computed when they are read.
 */
export const factoredScores = (user: tf.Tensor, item: tf.Tensor, shared?: Factors['shared']): Value =>
  scoresOf({ user, item, ...(shared ? { shared } : {}), terms: [{ user, item }] })

const scoresOf = (factors: Factors): Value => {
  const { shared } = factors
  const column = once(() => {
    const { user, item } = factors
    return tf.reshape(shared ? sharedScores(user, item, shared) : tf.matMul(user, item, false, true), [-1, 1])
  })
  return {
    factors,
    get tensor() {
      return column()
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
): Value => {
  const [user, item] = side === 'user' ? [numbers, ones(others)] : [ones(others), numbers]
  return scoresOf({ user, item, ...(shared ? { shared } : {}), terms: [{ user, item, side }] })
}

/** The weighted sum of scores: the sides' vectors one after the other. Undefined where one has no factors. */
export const summedScores = (values: readonly Value[], weights: readonly number[] | undefined): Value | undefined => {
  const factors = values.flatMap(({ factors: own }) => (own ? [own] : []))
  if (factors.length < values.length) return undefined
  const terms = factors.flatMap((own, place) => {
    const weight = weights?.[place] ?? 1
    const parts = own.terms ?? [own]
    return weight === 1 ? parts : parts.map((part) => weighted(part, weight))
  })
  const user = once(() => joined(terms.map((term) => term.user)))
  const item = once(() => joined(terms.map((term) => term.item)))
  const shared = factors[0]?.shared
  return scoresOf({
    get user() {
      return user()
    },
    get item() {
      return item()
    },
    ...(shared ? { shared } : {}),
    terms,
  })
}

const joined = (tensors: readonly tf.Tensor[]): tf.Tensor => tf.concat([...tensors], 1)

const weighted = ({ user, item, side }: FactorTerm, weight: number): FactorTerm =>
  side === 'item'
    ? { user, item: tf.mul(item, weight), side }
    : { user: tf.mul(user, weight), item, ...(side ? { side } : {}) }
