import { lowerBound } from '@recspec/kernels'
import type { Scorer } from '../contract/candidates.js'
import type { Dataset } from '../dataset/dataset.js'
import { newestRows } from '../dataset/newest.js'
import { takeEvents } from '../dataset/take.js'
import { emptyCounts } from './candidates/counting.js'

/** The share of training events that are recent. */
const RECENT = 0.1

/** The popularity baseline of the newest tenth of the training events; undefined where they have no times. */
export const recentPopularity = (training: Dataset): Scorer | undefined => {
  const { time, count } = training.events
  if (!time || count === 0) return undefined
  const newest = newestRows(time, Math.max(1, Math.round(RECENT * count))).filter((row) => !Number.isNaN(time[row]!))
  return popularity({ ...training, events: takeEvents(training.events, newest) })
}

/** What the popularity baseline knows of the training events. */
export interface PopularityOptions {
  /** The target of each event: a number, or the index of its class. */
  readonly targets?: Float64Array
  /** Number of classes of the target. */
  readonly classes?: number
  /** Events that count in rankings have a 1; default: all. */
  readonly labels?: Float64Array
}

/**
 * The popularity baseline. Ranking: the item's number of training events, or of positive ones. Prediction: the item's
 * mean target, or the mean of all events where the item has none, with the root mean squared error on training rows as
 * its standard deviation; of classes the share of each instead of the mean.
 */
export const popularity = (
  { events, items }: Dataset,
  { targets, classes, labels }: PopularityOptions = {},
): Scorer => {
  const count = items.ids.count
  const width = classes ?? 1
  const counts = new Float32Array(count)
  const sums = new Float64Array((count + 1) * width)
  const rated = new Float64Array(count + 1)
  for (let row = 0; row < events.count; row++) {
    const item = events.item[row]!
    if (item >= 0 && (labels === undefined || labels[row] === 1)) counts[item]!++
    const value = targets?.[row] ?? Number.NaN
    if (Number.isNaN(value)) continue
    for (const place of item < 0 ? [count] : [item, count]) {
      if (classes) sums[place * width + value]!++
      else sums[place]! += value
      rated[place]!++
    }
  }
  const placeOf = (item: number) => (item >= 0 && rated[item]! > 0 ? item : count)
  const predict = (wanted: Int32Array) => {
    const out = new Float32Array(wanted.length * width)
    wanted.forEach((item, row) => {
      const place = placeOf(item)
      for (let k = 0; k < width; k++) out[row * width + k] = sums[place * width + k]! / rated[place]!
    })
    return out
  }
  return {
    predict: (_, wanted) => predict(wanted),
    distribution: (_, wanted) => {
      if (!targets) return undefined
      let squares = 0
      predict(events.item).forEach((value, row) => {
        if (!Number.isNaN(targets[row]!)) squares += (targets[row]! - value) ** 2
      })
      return { means: predict(wanted), deviations: [Math.sqrt(squares / rated[count]!)] }
    },
    scorePairs: (_, wanted) => Float32Array.from(wanted, (item) => counts[item] ?? 0),
    topItems: async (wanted, k, skip) => {
      const byCount = Int32Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]! || a - b)
      const found = new Int32Array(wanted.length * k).fill(-1)
      for (let place = 0; place < wanted.length; place++) {
        const skipped = new Set(skip.index.subarray(skip.start[place], skip.start[place + 1]))
        let length = 0
        for (let next = 0; next < count && length < k; next++)
          if (!skipped.has(byCount[next]!)) found[place * k + length++] = byCount[next]!
      }
      return found
    },
    countRanks: (_, held, skip) => {
      const ascending = counts.slice().sort()
      /** Number of items with at least this many events. */
      const atLeast = (events: number): number => count - lowerBound(ascending, events)
      const found = emptyCounts(held)
      for (let place = 0; place + 1 < held.start.length; place++) {
        const skipped = skip.index.subarray(skip.start[place], skip.start[place + 1])
        for (let k = held.start[place]!; k < held.start[place + 1]!; k++) {
          const own = counts[held.index[k]!]!
          const above = atLeast(own + 1)
          found.above[k] = above - skipped.reduce((sum, item) => sum + +(counts[item]! > own), 0)
          found.tied[k] = atLeast(own) - above - skipped.reduce((sum, item) => sum + +(counts[item] === own), 0)
        }
      }
      return found
    },
  }
}
