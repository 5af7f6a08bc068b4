import type { Metric } from '../../contract/metric.js'

/** Reciprocal rank: 1 / (rank + 1) of the best held-out item, 0 where it is not among the first k. */
export const mrr: Metric = {
  summary: 'reciprocal rank of the best held-out item, 0 where it is not among the first k',
  of: 'rankings',
  better: 'higher',
  k: 'required',
  variants: [],
  ranking: ({ ranks }, k) => (ranks.length > 0 && ranks[0]! < k ? 1 / (ranks[0]! + 1) : 0),
}
