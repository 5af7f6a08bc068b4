import type { Metric } from '../../contract/metric.js'
import { hits } from './hits.js'

/** Mean average precision: the precision at every hit among the first k, summed and divided by min(k, held). */
export const map: Metric = {
  summary: 'average precision at the hits among the first k',
  of: 'rankings',
  better: 'higher',
  k: 'required',
  variants: [],
  ranking: ({ ranks, held }, k) => {
    let sum = 0
    for (let hit = 0; hit < hits(ranks, k); hit++) sum += (hit + 1) / (ranks[hit]! + 1)
    return sum / Math.min(k, held)
  },
}
