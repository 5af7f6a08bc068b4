import { logDensity } from '../belief.js'
import type { Metric } from '../metric.js'

/** Mean of −ln of the density that the model gives to what happened. */
export const nll: Metric = {
  summary: 'mean negative log density of the actual target',
  of: 'predictions',
  better: 'lower',
  k: 'none',
  variants: [],
  believes: true,
  predictions: ({ actual, belief }) => {
    let sum = 0
    for (let row = 0; row < actual.length; row++) sum -= logDensity(belief!, row, actual[row]!)
    return sum / actual.length
  },
}
