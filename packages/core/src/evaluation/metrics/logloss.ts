import { metric, type Predictions } from '../../contract/metric.js'
import { meanError } from './error.js'

// the largest float32 below 1 is 1 − 2⁻²⁴
const edge = 2 ** -24

const clipped = (probability: number) => Math.min(1 - edge, Math.max(edge, probability))

const meanOfClasses = ({ predicted, actual }: Predictions, classes: number): number => {
  let sum = 0
  for (let row = 0; row < actual.length; row++) sum -= Math.log(clipped(predicted[row * classes + actual[row]!]!))
  return sum / actual.length
}

/** Mean −ln of the predicted probability of the label; probabilities are clipped to [2⁻²⁴, 1 − 2⁻²⁴]. */
export const logloss = metric({
  summary: 'mean negative log probability of the label; probabilities are clipped to [2^-24, 1 - 2^-24]',
  of: 'predictions',
  better: 'lower',
  k: 'none',
  variants: [],
  needsProbabilities: true,
  takesClasses: true,
  predictions: (rows) => {
    if (rows.classes) return meanOfClasses(rows, rows.classes)
    return meanError(rows, undefined, (predicted, actual) => {
      const probability = clipped(predicted)
      return -(actual * Math.log(probability) + (1 - actual) * Math.log(1 - probability))
    })
  },
})
