import type { Metric } from '../../contract/metric.js'
import { hits } from './hits.js'

/** Average precision: the sum of the precision at each hit among the first k, divided by min(k, held-out items). */
export const map: Metric = {
  summary: 'average precision among the first k, divided by min(k, held-out items) as in LensKit and RecBole',
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
