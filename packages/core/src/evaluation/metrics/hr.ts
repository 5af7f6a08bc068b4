import type { Metric } from '../../contract/metric.js'

/** Hit rate: 1 where any held-out item is among the first k. */
export const hr: Metric = {
  summary: 'hit rate: share of rankings with a held-out item among the first k',
  of: 'rankings',
  better: 'higher',
  k: 'required',
  variants: [],
  ranking: ({ ranks }, k) => Number(ranks.length > 0 && ranks[0]! < k),
}
