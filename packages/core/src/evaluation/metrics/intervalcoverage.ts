import { metric } from '../../contract/metric.js'
import { cumulative } from '../predictive.js'

/**
 * Share of targets between the quantiles (1 − p) / 2 and (1 + p) / 2 of the predictive distribution; default p 0.9. A
 * calibrated model gets p.
 */
export const intervalCoverage = metric({
  summary: 'share of targets within the central predictive interval of this probability; default 0.9',
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
})
