import { below, bisect, mix, type Sparse, uniform } from '@recspec/kernels'
import { blame, callOperator, type OperatorUse, operatorFault, samplerUse } from '../blame.js'
import { type Negatives, samplerProblem } from '../contract/negatives.js'
import type { Sampler, UserSampler } from '../contract/sampler.js'
import type { Dataset } from '../dataset/dataset.js'
import { observed } from '../dataset/observed.js'
import { Failure } from '../failure.js'
import type { Graph } from '../graph/graph.js'
import type { History } from './history.js'

/** Attempts of rejection sampling, after which an observed item is accepted: for users who have nearly all items. */
const TRIES = 100

/** Draws the negatives of a head; the same key and draw give the same item. */
export interface NegativeSampler {
  /** `draw` counts the negatives of the example. */
  item(user: number, key: number, draw: number): number
  /** Like `item`, for all users of a step; present where items have weights. */
  shared(key: number, draw: number): number
  /** Whether the user has an item in training. */
  isObserved(user: number, item: number): boolean
  /** Log-q: log of the probability of drawing an item for a user, ignoring exclusion. */
  logQ(user: number, item: number): number
  /** Log-q where it does not depend on the user. */
  itemLogQ?(item: number): number
}

/** The sampler that a head's negatives name. */
export const samplerOf = ({ samplers }: Graph, { sampler }: Negatives): Sampler => {
  const found = samplers.get(sampler.type)
  if (!found) throw new Error(`unknown sampler "${sampler.type}"`)
  return found
}

/** The sampler parameters of a head, with defaults for those not given. */
const samplerParams = ({ params }: Sampler, { sampler: { type: _, ...given } }: Negatives) => ({
  ...Object.fromEntries(
    Object.entries(params.properties).flatMap(([name, schema]) =>
      'default' in schema ? [[name, schema.default] as const] : [],
    ),
  ),
  ...given,
})

/** Item weights of a sampler, [items] or `equal`; undefined where it draws per user. Throws on invalid weights. */
export const itemWeights = (
  graph: Graph,
  negatives: Negatives,
  training: Dataset,
): Float64Array | 'equal' | undefined => {
  const definition = samplerOf(graph, negatives)
  const { type } = negatives.sampler
  const use = samplerUse(graph, type)
  const weights = callOperator(use, () => definition.weights?.(samplerParams(definition, negatives), training))
  if (weights === undefined || weights === 'equal') return weights
  const count = training.items.ids.count
  if (!(weights instanceof Float64Array) || weights.length !== count)
    throw operatorFault(use, `gave ${weights.length} weights for ${count} items, expected a Float64Array [items]`)
  const bad = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity))
  if (bad >= 0) throw operatorFault(use, `gave item ${bad} the weight ${weights[bad]}, expected a finite number ≥ 0`)
  if (!weights.some((weight) => weight > 0)) throw new Failure('data', `sampler "${type}" gave every item the weight 0`)
  return weights
}

/** A sampler over the items of the training data; `owned` has the items of each user, ascending. */
export const negativeSampler = (
  graph: Graph,
  negatives: Negatives,
  training: Dataset,
  owned: Sparse,
): NegativeSampler => {
  const { exclude, sampler } = negatives
  const definition = samplerOf(graph, negatives)
  const problem = samplerProblem(negatives, definition)
  if (problem !== undefined) throw new Failure('data', problem)
  const count = training.items.ids.count
  const weights = itemWeights(graph, negatives, training)
  const isObserved = observed(owned, count)
  const use = samplerUse(graph, sampler.type)
  const byUser =
    weights === undefined
      ? callOperator(use, () => definition.draws!(samplerParams(definition, negatives), training))
      : undefined
  const byItem = weights === undefined ? undefined : weights === 'equal' ? equally(count) : byWeight(weights)
  const one = byUser
    ? (user: number, key: number, draw: number) => drawItem(use, byUser, count, user, key, draw)
    : (_: number, key: number, draw: number) => byItem!.one(key, draw)
  if (byUser && negatives.correct && !byUser.logQ)
    throw new Failure(
      'data',
      `sampler "${sampler.type}" knows no probability of its draws, got "correct"`,
      'leave "correct" out',
    )
  return {
    logQ: byUser ? (user, item) => drawLogQ(use, byUser, user, item) : (_, item) => byItem!.logQ(item),
    ...(byItem ? { itemLogQ: (item: number) => byItem.logQ(item) } : {}),
    isObserved,
    shared: (key, draw) => one(-1, mix(key, 1), draw),
    item: (user, key, draw) => {
      let item = 0
      for (let attempt = 0; attempt < TRIES; attempt++) {
        item = one(user, key, draw * TRIES + attempt)
        if (exclude !== 'observed' || !isObserved(user, item)) break
      }
      return item
    },
  }
}

const drawItem = (use: OperatorUse, sampler: UserSampler, count: number, user: number, key: number, draw: number) => {
  try {
    const item = sampler.item(user, key, draw)
    if (Number.isInteger(item) && item >= 0 && item < count) return item
    throw operatorFault(use, `drew item ${item}, expected an integer from 0 to ${count - 1}`)
  } catch (error) {
    throw blame(use, error)
  }
}

const drawLogQ = (use: OperatorUse, sampler: UserSampler, user: number, item: number): number => {
  try {
    const logQ = sampler.logQ?.(user, item) ?? 0
    if (Number.isFinite(logQ)) return logQ
    throw operatorFault(use, `gave item ${item} the log probability ${logQ}, expected a finite number`)
  } catch (error) {
    throw blame(use, error)
  }
}

/**
 * How often a pass over the examples is expected to draw each item; a sampler without weights counts as uniform.
 * `examples` is the start of each user's examples among all examples; default: every event is one.
 */
export const expectedDraws = (
  graph: Graph,
  negatives: Negatives,
  training: Dataset,
  { start, other }: History,
  examples: Int32Array = start,
): Float64Array => {
  const { count: each, exclude } = negatives
  const count = training.items.ids.count
  const given = itemWeights(graph, negatives, training)
  const weights = given === undefined || given === 'equal' ? new Float64Array(count).fill(1) : given
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const refused = new Float64Array(count)
  let all = 0
  for (let user = 0; user + 1 < start.length; user++) {
    const own = new Set(exclude === 'observed' ? other.subarray(start[user], start[user + 1]) : [])
    let free = total
    for (const item of own) free -= weights[item]!
    // a user who has every item gets observed items
    const excludes = free > 1e-9 * total
    const draws = (each * (examples[user + 1]! - examples[user]!)) / (excludes ? free : total)
    all += draws
    if (excludes) for (const item of own) refused[item]! += draws
  }
  return weights.map((weight, item) => weight * (all - refused[item]!))
}

interface Distribution {
  one(key: number, draw: number): number
  logQ(item: number): number
}

const equally = (count: number): Distribution => ({
  one: (key, draw) => below(count, key, draw),
  logQ: () => -Math.log(count),
})

const byWeight = (weights: Float64Array): Distribution => {
  const sums = new Float64Array(weights.length + 1)
  weights.forEach((weight, item) => {
    sums[item + 1] = sums[item]! + weight
  })
  const total = sums[weights.length]!
  const ends = sums.subarray(1)
  return {
    one: (key, draw) => bisect(ends, uniform(key, draw) * total),
    logQ: (item) => Math.log(Math.max(sums[item + 1]! - sums[item]!, 1e-12) / total),
  }
}
