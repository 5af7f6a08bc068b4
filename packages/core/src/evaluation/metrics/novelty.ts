import { metric } from '../../contract/metric.js'
import { meanOverEntries } from './exposures.js'

/**
 * Mean self-information of recommended items, −log₂ of the events of an item by the users with events; an item without
 * events counts as one with 1 (Zhou et al., PNAS 2010).
 */
export const novelty = metric({
  summary: 'mean of −log₂(share of users with the item) over the first k, in bits',
  of: 'lists',
  better: 'higher',
  k: 'required',
  variants: [],
  lists: (lists) => meanOverEntries(lists, (item) => Math.log2(lists.users / Math.max(1, lists.events[item]!))),
})
