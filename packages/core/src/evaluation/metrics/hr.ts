import { metric } from '../../contract/metric.js'
import { meanGainOfBest } from './ties.js'

/** Hit rate: 1 where any held-out item is among the first k. */
export const hr = metric({
  summary: 'hit rate: share of rankings with a held-out item among the first k',
  of: 'rankings',
  better: 'higher',
  k: 'required',
  variants: [],
  ranking: (ranking, k) => meanGainOfBest(ranking, k, () => 1),
})
