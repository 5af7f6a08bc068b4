import type { Metric } from '../../contract/metric.js'
import { hits } from './hits.js'

/** Share of the first k that are held-out items. */
export const precision: Metric = {
  summary: 'share of the first k that are held-out items',
  of: 'rankings',
  better: 'higher',
  k: 'required',
  variants: [],
  ranking: ({ ranks }, k) => hits(ranks, k) / k,
}
