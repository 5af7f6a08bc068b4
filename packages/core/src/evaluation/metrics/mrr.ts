import { metric } from '../../contract/metric.js'
import { meanGainOfBest } from './ties.js'

/** Reciprocal rank: 1 / (rank + 1) of the best held-out item, 0 where it is not among the first k. */
export const mrr = metric({
  summary: 'reciprocal rank of the best held-out item, 0 where it is not among the first k',
  of: 'rankings',
  better: 'higher',
  k: 'required',
  variants: [],
  ranking: (ranking, k) => meanGainOfBest(ranking, k, (rank) => 1 / (rank + 1)),
})
