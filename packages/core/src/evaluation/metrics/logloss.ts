import type { Metric } from '../../contract/metric.js'
import { meanError } from './error.js'

// The nearest that a single-precision probability comes to 0 and 1 without being it.
const edge = 2 ** -24

/** Mean of −ln of the probability given to what happened; probabilities are kept 2⁻²⁴ away from 0 and 1. */
export const logloss: Metric = {
  summary: 'mean negative log probability of the actual label',
  of: 'predictions',
  better: 'lower',
  k: 'none',
  variants: [],
  needsProbabilities: true,
  predictions: (rows) =>
    meanError(rows, undefined, (predicted, actual) => {
      const probability = Math.min(1 - edge, Math.max(edge, predicted))
      return -(actual * Math.log(probability) + (1 - actual) * Math.log(1 - probability))
    }),
}
