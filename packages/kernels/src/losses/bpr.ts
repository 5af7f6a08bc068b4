import { type FusedLoss, type ListLoss, sigmoid, softplus } from './loss.js'

const reference: ListLoss = (_, scores, count, __, slopes) => {
  let sum = 0
  slopes[0] = 0
  for (let j = 1; j < count; j++) {
    const gap = scores[j]! - scores[0]!
    slopes[j] = sigmoid(gap)
    slopes[0]! -= slopes[j]!
    sum += softplus(gap)
  }
  return sum
}

/** Bayesian personalized ranking: Σ −ln σ(s − s′) over negatives (Rendle et al., UAI 2009). */
export const bpr: FusedLoss = { name: 'bpr', parameters: [0, 0], reference }
