import type { Events } from './dataset.js'

/** Number of events of each item, [count]; events of unknown items are left out. */
export const itemCounts = (events: Events, count: number): Float64Array => {
  const counts = new Float64Array(count)
  for (const item of events.item) if (item >= 0) counts[item]!++
  return counts
}
