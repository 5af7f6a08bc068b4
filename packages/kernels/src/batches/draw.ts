import type { FusedBatches } from '../kernels.js'
import { below, key, mix, uniform } from '../random.js'
import { bisect, lowerBound } from '../search.js'

/** Draws that are thrown away before a user's own item is taken all the same: only someone who has nearly everything gets there. */
export const TRIES = 100

/** Items as they are drawn for the examples of a pass. */
export interface Draws {
  /** The draw-th candidate of an event's example. */
  own(event: number, draw: number): number
  /** The draw-th candidate that all examples of a step share. */
  shared(step: number, draw: number): number
  /** Whether the user of an event is known to have an item. */
  refused(event: number, item: number): boolean
}

/** Running sums of popularity over rows of items; undefined where all are alike. */
export const cumulative = ({ negatives: { popularity } }: FusedBatches): Float64Array | undefined => {
  if (!popularity) return undefined
  let sum = 0
  return Float64Array.from(popularity, (weight) => (sum += weight))
}

export const drawsOf = (work: FusedBatches): Draws => {
  const { owned, user, negatives } = work
  const height = work.items.rows.length / work.items.width
  const sums = cumulative(work)
  const base = key(work.key)
  const one = (from: number, draw: number): number =>
    sums ? bisect(sums, uniform(from, draw) * sums[height - 1]!) : 1 + below(height - 1, from, draw)
  const refused = (event: number, item: number): boolean => {
    if (!negatives.excludeObserved) return false
    const row = user[event]!
    const end = owned.start[row + 1]!
    const place = lowerBound(owned.index, item, owned.start[row]!, end)
    return place < end && owned.index[place] === item
  }
  return {
    refused,
    own: (event, draw) => {
      const from = mix(base, event)
      let item = 0
      for (let attempt = 0; attempt < TRIES; attempt++) {
        item = one(from, draw * TRIES + attempt)
        if (!refused(event, item)) break
      }
      return item
    },
    shared: (step, draw) => one(mix(mix(base, step), 1), draw),
  }
}
