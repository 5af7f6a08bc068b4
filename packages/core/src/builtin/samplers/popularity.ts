import { sampler } from '../../contract/sampler.js'
import { Type } from '../../contract/type.js'
import { itemCounts } from '../../dataset/counts.js'

/** Items in proportion to a power of their training events. */
export const popularity = sampler({
  summary: 'items in proportion to a power of their training events',
  params: Type.Object(
    { power: Type.Number({ default: 1, minimum: 0, maximum: 8, description: 'exponent of the number of events' }) },
    { additionalProperties: false },
  ),
  weights: ({ power }, { events, items }) =>
    itemCounts(events, items.ids.count).map((count) => (count > 0 ? count ** power : 0)),
})
