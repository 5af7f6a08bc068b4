import { metric } from '../../contract/metric.js'
import { meanGain } from './ties.js'

const gain = (rank: number): number => 1 / Math.log2(rank + 2)

/**
 * Σ 1 / log₂(rank + 2) over held-out items among the first k, divided by that of an ideal list of min(k, held-out
 * items).
 */
export const ndcg = metric({
  summary: 'normalized discounted cumulative gain of the first k, with binary gains',
  of: 'rankings',
  better: 'higher',
  k: 'required',
  variants: [],
  ranking: (ranking, k) => {
    let ideal = 0
    for (let rank = 0; rank < Math.min(k, ranking.held); rank++) ideal += gain(rank)
    return meanGain(ranking, k, gain) / ideal
  },
})
