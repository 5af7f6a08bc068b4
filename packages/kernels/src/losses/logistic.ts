import { type FusedLoss, type ListLoss, sigmoid, softplus } from './loss.js'

const reference: ListLoss = (_, scores, count, target, slopes) => {
  let sum = 0
  for (let j = 0; j < count; j++) {
    const label = j === 0 ? target : 0
    slopes[j] = sigmoid(scores[j]!) - label
    sum += softplus(scores[j]!) - label * scores[j]!
  }
  return sum
}

/** Binary cross-entropy of logits, ln(1 + eˢ) − t·s of each score; the target of a negative is 0. */
export const logistic: FusedLoss = { name: 'logistic', parameters: [0, 0], reference }
