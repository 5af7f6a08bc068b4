import { metric } from '../../contract/metric.js'
import { logDensity } from '../predictive.js'

/** Mean −ln of the predictive density at the target. */
export const nll = metric({
  summary: 'mean negative log predictive density of the target',
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
})
