import { metric } from '../../contract/metric.js'
import { exposures } from './exposures.js'

/** Share of the catalogue that is in the list of at least one user. */
export const coverage = metric({
  summary: 'share of the catalogue that is in the first k of at least one user',
  of: 'lists',
  better: 'higher',
  k: 'required',
  variants: [],
  lists: (lists) => exposures(lists).filter((count) => count > 0).length / lists.events.length,
})
