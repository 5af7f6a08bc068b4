import { below, bisect, mix, type Sparse, uniform } from '@recspec/kernels'
import type { Negatives } from '../contract/negatives.js'
import type { Events } from '../dataset/dataset.js'
import { observed } from '../dataset/observed.js'
import type { History } from '../program/history.js'

/** Draws that are thrown away before a user's own item is taken all the same: only someone who has nearly everything gets there. */
const TRIES = 100

/** Draws items that an example is compared with; the same key and draw give the same item. */
export interface Sampler {
  /** `draw` counts the negatives of the example. */
  item(user: number, key: number, draw: number): number
  /** Like `item`, for no user in particular. */
  shared(key: number, draw: number): number
  /** Whether the user is known to have an item. */
  refuses(user: number, item: number): boolean
  /** Log of the probability with which an item is drawn, observed ones not left out. */
  logQ(item: number): number
}

/** A sampler over `count` items; `owned` are the users' items, ascending. */
export const samplerOf = (
  { sampler, power, exclude }: Negatives,
  events: Events,
  count: number,
  owned: Sparse,
): Sampler => {
  const { one, logQ } = distributions[sampler](events, count, power)
  const has = observed(owned, count)
  return {
    logQ,
    refuses: has,
    shared: (key, draw) => one(mix(key, 1), draw),
    item: (user, key, draw) => {
      let item = 0
      for (let attempt = 0; attempt < TRIES; attempt++) {
        item = one(key, draw * TRIES + attempt)
        if (exclude !== 'observed' || !has(user, item)) break
      }
      return item
    },
  }
}

/** How often a pass over all events is expected to draw each of `count` items. */
export const expectedDraws = (
  { count: each, sampler, power, exclude }: Negatives,
  events: Events,
  count: number,
  { start, other }: History,
): Float64Array => {
  const weights = sampler === 'uniform' ? new Float64Array(count).fill(1) : popularity(events, count, power)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const refused = new Float64Array(count)
  let all = 0
  for (let user = 0; user + 1 < start.length; user++) {
    const own = new Set(exclude === 'observed' ? other.subarray(start[user], start[user + 1]) : [])
    let free = total
    for (const item of own) free -= weights[item]!
    // someone who has everything is given an own item all the same
    const excludes = free > 1e-9 * total
    const draws = (each * (start[user + 1]! - start[user]!)) / (excludes ? free : total)
    all += draws
    if (excludes) for (const item of own) refused[item]! += draws
  }
  return weights.map((weight, item) => weight * (all - refused[item]!))
}

/** How often each item was met, to a power; what was never met stays 0. */
export const popularity = (events: Events, count: number, power: number): Float64Array => {
  const met = new Float64Array(count)
  for (const item of events.item) if (item >= 0) met[item]!++
  return met.map((times) => (times > 0 ? times ** power : 0))
}

interface Distribution {
  one(key: number, draw: number): number
  logQ(item: number): number
}

/** How items are drawn, by the `sampler` a document writes. */
const distributions: Readonly<
  Record<Negatives['sampler'], (events: Events, count: number, power: number) => Distribution>
> = {
  uniform: (_, count) => ({ one: (key, draw) => below(count, key, draw), logQ: () => -Math.log(count) }),
  popularity: byPopularity,
  'in-batch': (events, count) => byPopularity(events, count, 1),
}

function byPopularity(events: Events, count: number, power: number): Distribution {
  const sums = new Float64Array(count + 1)
  popularity(events, count, power).forEach((weight, item) => {
    sums[item + 1] = sums[item]! + weight
  })
  const total = sums[count]!
  const ends = sums.subarray(1)
  return {
    one: (key, draw) => bisect(ends, uniform(key, draw) * total),
    logQ: (item) => Math.log(Math.max(sums[item + 1]! - sums[item]!, 1e-12) / total),
  }
}
