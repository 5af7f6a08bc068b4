import type { FusedLoss } from '../kernels.js'
import { type ListLoss, sigmoid, softplus } from './list.js'

/** ln(1 + eˢ) − t·s, with 0 for the target of negatives. */
export const logistic: FusedLoss = { name: 'logistic', parameters: [0, 0] }

export const logisticLoss: ListLoss = (_, scores, count, target, slopes) => {
  let sum = 0
  for (let j = 0; j < count; j++) {
    const label = j === 0 ? target : 0
    slopes[j] = sigmoid(scores[j]!) - label
    sum += softplus(scores[j]!) - label * scores[j]!
  }
  return sum
}
