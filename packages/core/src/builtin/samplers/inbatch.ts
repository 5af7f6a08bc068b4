import { sampler } from '../../contract/sampler.js'
import { Type } from '../../contract/type.js'
import { itemCounts } from '../../dataset/counts.js'

/** The positives of the other examples of a batch: items occur in proportion to their training events. */
export const inBatch = sampler({
  summary: 'the positives of the other examples of the batch',
  params: Type.Object({}, { additionalProperties: false }),
  weights: (_, { events, items }) => itemCounts(events, items.ids.count),
})
