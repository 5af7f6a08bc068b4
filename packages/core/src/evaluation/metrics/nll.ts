import type { Metric } from '../../contract/metric.js'
import { logDensity } from '../predictive.js'

/** Mean of −ln of the density that the model gives to what happened. */
export const nll: Metric = {
  summary: 'mean negative log density of the actual target',
  of: 'predictions',
  better: 'lower',
  k: 'none',
  variants: [],
  needsDistribution: true,
  predictions: ({ actual, distribution }) => {
    let sum = 0
    for (let row = 0; row < actual.length; row++) sum -= logDensity(distribution!, row, actual[row]!)
    return sum / actual.length
  },
}
