import { metric } from '../../contract/metric.js'
import { exposures } from './exposures.js'

/**
 * Gini index of how often each item of the catalogue is recommended, Σ (2i − n − 1) x_i / (n Σ x) over ascending x: 0
 * where all are recommended equally often, near 1 where few are (Fleder and Hosanagar, 2009).
 */
export const gini = metric({
  summary: 'inequality of how often each item is among the first k (Gini index): 0 equally often, near 1 only a few',
  of: 'lists',
  better: 'lower',
  k: 'required',
  variants: [],
  lists: (lists) => {
    const counts = exposures(lists).sort()
    const total = counts.reduce((sum, count) => sum + count, 0)
    const weighted = counts.reduce((sum, count, place) => sum + (2 * (place + 1) - counts.length - 1) * count, 0)
    return weighted / (counts.length * total)
  },
})
