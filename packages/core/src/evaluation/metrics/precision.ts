import type { Metric } from '../../contract/metric.js'
import { hits } from './hits.js'

/** Held-out items among the first k, divided by k even where the list is shorter. */
export const precision: Metric = {
  summary: 'share of the first k that are held out, divided by k even for shorter lists',
  of: 'rankings',
  better: 'higher',
  k: 'required',
  variants: [],
  ranking: ({ ranks }, k) => hits(ranks, k) / k,
}
