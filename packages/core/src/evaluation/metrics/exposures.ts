import type { RecommendedLists } from '../../contract/metric.js'

/** In how many lists each item of the catalogue is. */
export const exposures = ({ items, events }: RecommendedLists): Int32Array => {
  const counts = new Int32Array(events.length)
  for (const item of items) if (item >= 0) counts[item]!++
  return counts
}

/** Mean of a number of each recommended item, over the entries of all lists; NaN without entries. */
export const meanOverEntries = ({ items }: RecommendedLists, of: (item: number) => number): number => {
  let [sum, count] = [0, 0]
  for (const item of items) {
    if (item < 0) continue
    sum += of(item)
    count++
  }
  return sum / count
}
