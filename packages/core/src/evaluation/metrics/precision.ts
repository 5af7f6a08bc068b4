import { metric } from '../../contract/metric.js'
import { precisionOf } from './classcounts.js'
import { classMetric } from './classmetric.js'
import { meanHits } from './ties.js'

/** Held-out items among the first k, divided by k even where the list is shorter. */
export const precision = metric({
  summary: 'share of the first k that are held out, divided by k even for shorter lists',
  of: 'rankings',
  better: 'higher',
  k: 'required',
  variants: [],
  ranking: (ranking, k) => meanHits(ranking, k) / k,
  withoutK: classMetric(
    'share of the rows predicted as 1 (threshold 0.5) that are 1, or the mean of that over classes with test rows; 0 ' +
      'where no row is predicted as the class',
    precisionOf,
  ),
})
