import { below, uniform } from '@recspec/kernels'
import type { Negatives } from '../contract/negatives.js'
import type { Events } from '../dataset/dataset.js'

/** Draws that are thrown away before a user's own item is taken all the same: only someone who has nearly everything gets there. */
const TRIES = 100

/** Draws items that an example is compared with; the same key and draw give the same item. */
export interface Sampler {
  /** `draw` counts the negatives of the example. */
  item(user: number, key: number, draw: number): number
  /** Log of the probability with which an item is drawn, observed ones not left out. */
  logQ(item: number): number
}

/** Whether a user has an item, by binary search in the user's ascending items. */
export const observed = (start: Int32Array, index: Int32Array, user: number, item: number): boolean => {
  if (user < 0) return false
  let low = start[user]!
  let high = start[user + 1]!
  while (low < high) {
    const middle = (low + high) >>> 1
    if (index[middle]! < item) low = middle + 1
    else high = middle
  }
  return low < start[user + 1]! && index[low] === item
}

/** A sampler over `count` items; `owned` are the users' items, ascending. */
export const samplerOf = (
  { sampler, power, exclude }: Negatives,
  events: Events,
  count: number,
  owned: { readonly start: Int32Array; readonly index: Int32Array },
): Sampler => {
  const { one, logQ } = distributions[sampler](events, count, power)
  return {
    logQ,
    item: (user, key, draw) => {
      let item = 0
      for (let attempt = 0; attempt < TRIES; attempt++) {
        item = one(key, draw * TRIES + attempt)
        if (exclude !== 'observed' || !observed(owned.start, owned.index, user, item)) break
      }
      return item
    },
  }
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
  for (let row = 0; row < events.count; row++) if (events.item[row]! >= 0) sums[events.item[row]! + 1]!++
  for (let item = 0; item < count; item++) sums[item + 1] = sums[item]! + sums[item + 1]! ** power
  const total = sums[count]!
  return {
    one: (key, draw) => {
      const at = uniform(key, draw) * total
      let low = 0
      let high = count - 1
      while (low < high) {
        const middle = (low + high) >>> 1
        if (sums[middle + 1]! <= at) low = middle + 1
        else high = middle
      }
      return low
    },
    logQ: (item) => Math.log(Math.max(sums[item + 1]! - sums[item]!, 1e-12) / total),
  }
}
