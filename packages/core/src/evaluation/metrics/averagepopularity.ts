import { metric } from '../../contract/metric.js'
import { meanOverEntries } from './exposures.js'

/** Mean number of training events of recommended items (Yin et al., VLDB 2012). */
export const averagePopularity = metric({
  summary: 'mean number of training events of the first k',
  of: 'lists',
  better: 'lower',
  k: 'required',
  variants: [],
  lists: (lists) => meanOverEntries(lists, (item) => lists.events[item]!),
})
