import type { Metric } from '../../contract/metric.js'
import { hits } from './hits.js'

/**
 * Σ 1 / log₂(rank + 2) over held-out items among the first k, divided by that of an ideal list of min(k, held-out
 * items).
 */
export const ndcg: Metric = {
  summary: 'normalized discounted cumulative gain of the first k, with binary gains',
  of: 'rankings',
  better: 'higher',
  k: 'required',
  variants: [],
  ranking: ({ ranks, held }, k) => {
    let gain = 0
    let ideal = 0
    for (let hit = 0; hit < hits(ranks, k); hit++) gain += 1 / Math.log2(ranks[hit]! + 2)
    for (let rank = 0; rank < Math.min(k, held); rank++) ideal += 1 / Math.log2(rank + 2)
    return gain / ideal
  },
}
