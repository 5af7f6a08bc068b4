import type { Metric } from '../../contract/metric.js'
import { cumulative } from '../predictive.js'

/**
 * Share of the targets within the central interval that the model gives this probability, 0.9 unless said: between the
 * quantiles (1 − p) / 2 and (1 + p) / 2 of its predictive distribution. A calibrated model gets p.
 */
export const intervalCoverage: Metric = {
  summary: 'share of the targets within the central interval of that probability, 0.9 unless said',
  of: 'predictions',
  better: 'higher',
  k: 'none',
  variants: 'share',
  needsDistribution: true,
  predictions: ({ actual, distribution }, variant = '0.9') => {
    const outside = (1 - Number(variant)) / 2
    let inside = 0
    for (let row = 0; row < actual.length; row++) {
      const at = cumulative(distribution!, row, actual[row]!)
      if (at >= outside && at <= 1 - outside) inside++
    }
    return inside / actual.length
  },
}
