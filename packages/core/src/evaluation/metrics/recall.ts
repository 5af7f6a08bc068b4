import { metric } from '../../contract/metric.js'
import { recallOf } from './classcounts.js'
import { classMetric } from './classmetric.js'
import { meanHits } from './ties.js'

/** Share of the held-out items that are among the first k; `truncated` divides by min(k, held-out items). */
export const recall = metric({
  summary: 'share of the held-out items among the first k; `truncated`: divided by min(k, held-out items)',
  of: 'rankings',
  better: 'higher',
  k: 'required',
  variants: ['truncated'],
  ranking: (ranking, k, variant) =>
    meanHits(ranking, k) / (variant === 'truncated' ? Math.min(k, ranking.held) : ranking.held),
  withoutK: classMetric(
    'share of the rows with the label 1 that are predicted as 1 (threshold 0.5), or the mean of that over classes ' +
      'with test rows',
    recallOf,
  ),
})
