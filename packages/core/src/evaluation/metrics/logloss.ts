import type { Metric } from '../../contract/metric.js'
import { meanError } from './error.js'

// the largest float32 below 1 is 1 − 2⁻²⁴
const edge = 2 ** -24

/** Mean −ln of the predicted probability of the label; probabilities are clipped to [2⁻²⁴, 1 − 2⁻²⁴]. */
export const logloss: Metric = {
  summary: 'mean negative log probability of the label; probabilities are clipped to [2^-24, 1 - 2^-24]',
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
