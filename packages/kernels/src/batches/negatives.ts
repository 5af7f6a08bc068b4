import { constants } from '../boundary.generated.js'
import type { FusedBatches } from '../fused.js'
import { below, key, mix, uniform } from '../random.js'
import { bisect, lowerBound } from '../search.js'

const { MAX_DRAWS } = constants['batches/negatives']

/** The candidates of a pass. */
export interface Candidates {
  /** The draw-th candidate of an event's example. */
  own(event: number, draw: number): number
  /** The draw-th candidate that all examples of a step share. */
  shared(step: number, draw: number): number
  /** Whether `excludeObserved` rejects an item for the user of an event. */
  rejected(event: number, item: number): boolean
}

/** Running sums of popularity over rows of items; undefined where negatives are uniform. */
export const cumulativePopularity = ({ negatives: { popularity } }: FusedBatches): Float64Array | undefined => {
  if (!popularity) return undefined
  let sum = 0
  return Float64Array.from(popularity, (weight) => (sum += weight))
}

/** Draws the candidates of a pass. */
export const candidatesOf = (work: FusedBatches): Candidates => {
  const { observed, user, negatives } = work
  const height = work.items.rows.length / work.items.width
  const sums = cumulativePopularity(work)
  const base = key(work.key)
  const drawItem = (from: number, draw: number): number =>
    sums ? bisect(sums, uniform(from, draw) * sums[height - 1]!) : 1 + below(height - 1, from, draw)
  const rejected = (event: number, item: number): boolean => {
    if (!negatives.excludeObserved) return false
    const row = user[event]!
    const end = observed.start[row + 1]!
    const place = lowerBound(observed.index, item, observed.start[row]!, end)
    return place < end && observed.index[place] === item
  }
  return {
    rejected,
    own: (event, draw) => {
      const from = mix(base, event)
      let item = 0
      for (let attempt = 0; attempt < MAX_DRAWS; attempt++) {
        item = drawItem(from, draw * MAX_DRAWS + attempt)
        if (!rejected(event, item)) break
      }
      return item
    },
    shared: (step, draw) => drawItem(mix(mix(base, step), 1), draw),
  }
}
