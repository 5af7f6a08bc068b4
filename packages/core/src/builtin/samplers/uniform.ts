import { sampler } from '../../contract/sampler.js'
import { Type } from '../../contract/type.js'
import { itemCounts } from '../../dataset/counts.js'

/**
 * Every item of the training events with the same probability. Nobody could meet the others, items that a split holds
 * out among them: as negatives they would only be pushed down.
 */
export const uniform = sampler({
  summary: 'every item of the training events with the same probability',
  params: Type.Object({}, { additionalProperties: false }),
  weights: (_, { events, items }) => {
    const met = itemCounts(events, items.ids.count).map((count) => Number(count > 0))
    return met.includes(0) ? met : 'equal'
  },
})
